package dev.floe.catalogserver.rpc;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.wire.v1.ComponentStatus;
import dev.floe.wire.v1.StatusResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the process runs, shown to each caller as far as it may know. */
final class ServerStatus {
    private static final Logger LOG = LoggerFactory.getLogger(ServerStatus.class);

    private final String version;
    private final Supplier<List<Component>> components;
    private final Clock clock;
    private final Instant startedAt;

    ServerStatus(String version, Supplier<List<Component>> components, Clock clock) {
        this.version = version;
        this.components = components;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    StatusResponse forCaller(Principal principal) {
        StatusResponse.Builder status = StatusResponse.newBuilder()
                .setVersion(version)
                .setTenant(principal.tenant().value())
                .addAllRoles(KeyMessages.toWire(principal.roles()))
                .setUptimeMillis(Duration.between(startedAt, clock.instant()).toMillis());
        if (principal.has(Role.ADMIN)) {
            components.get().forEach(component -> status.addComponents(describe(component, principal.isOperator())));
        }
        return status.build();
    }

    // a detail may name tables of any tenant
    private static ComponentStatus describe(Component component, boolean withDetail) {
        Health health = healthOf(component);
        return ComponentStatus.newBuilder()
                .setName(component.name())
                .setHealthy(health.healthy())
                .setDetail(withDetail ? health.detail() : "")
                .build();
    }

    private static Health healthOf(Component component) {
        try {
            return component.health();
        } catch (RuntimeException e) {
            LOG.warn("health check failed component={}", component.name(), e);
            return Health.down("the health check itself failed");
        }
    }
}
