package dev.floe.client;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Who the caller is and what the server runs; components are shown to admins only. */
public record ServerStatus(
        String version, String tenant, Set<Role> roles, Duration uptime, List<ComponentState> components) {
    /** Condition of one part of the server. */
    public record ComponentState(String name, boolean healthy, String detail) {}

    public ServerStatus {
        roles = Set.copyOf(roles);
        components = List.copyOf(components);
    }
}
