package dev.floe.client;

import dev.floe.core.settings.Secret;

/** A new key with the whole of it, which can't be had again. */
public record NewKey(KeyInfo key, Secret whole) {}
