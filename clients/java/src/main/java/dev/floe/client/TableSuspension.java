package dev.floe.client;

import java.time.Instant;

/** Why a table is not written until it is resumed; {@code action} is what to do about it. */
public record TableSuspension(String code, String message, String action, Instant since) {}
