package dev.floe.client;

import java.time.Instant;

/** A tenant and when it came to be. */
public record TenantInfo(String name, Instant createdAt) {}
