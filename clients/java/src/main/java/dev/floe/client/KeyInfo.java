package dev.floe.client;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** An API key without its secret; {@code revokedAt} is empty while it is in force. */
public record KeyInfo(
        String id, String tenant, Set<Role> roles, String label, Instant createdAt, Optional<Instant> revokedAt) {
    public KeyInfo {
        roles = Set.copyOf(roles);
    }
}
