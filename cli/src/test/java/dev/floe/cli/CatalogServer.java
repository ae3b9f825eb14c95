package dev.floe.cli;

import dev.floe.auth.Authenticator;
import dev.floe.auth.rpc.AuthenticationInterceptor;
import dev.floe.auth.rpc.CheckedRequests;
import dev.floe.auth.rpc.ErrorInterceptor;
import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.principal.Role;
import dev.floe.catalogserver.rpc.CatalogService;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.core.name.TenantName;
import dev.floe.core.settings.Secret;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** A catalog of its own behind the gRPC edge, on a free port of this machine. */
final class CatalogServer implements AutoCloseable {
    private final Catalog catalog;
    private final Server server;

    /** With more services; health knows nothing of them. */
    CatalogServer(Path folder, BindableService... others) throws IOException {
        catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString()));
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus("floe.v1.CatalogService", ServingStatus.SERVING);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(CheckedRequests.of(
                        new CatalogService(catalog, "1.2.3", () -> List.of(new Part()), Clock.systemUTC())))
                .addService(health.getHealthService())
                .intercept(new AuthenticationInterceptor(Authenticator.ofKeys(catalog.apiKeys())))
                .intercept(new ErrorInterceptor());
        List.of(others).forEach(builder::addService);
        server = builder.build().start();
    }

    /** Has more to say than fits into a line. */
    private static final class Part implements Component {
        @Override
        public String name() {
            return "a-part";
        }

        @Override
        public void start() {}

        @Override
        public Health health() {
            return new Health(true, "first ".repeat(12) + "thing; " + "second ".repeat(10) + "thing; the last");
        }

        @Override
        public void close() {}
    }

    Catalog catalog() {
        return catalog;
    }

    String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    /** A new key with the roles. */
    String key(String tenant, Role... roles) {
        TenantName name = new TenantName(tenant);
        if (!catalog.tenants().exists(name)) {
            catalog.tenants().create(name);
        }
        return catalog.apiKeys().create(name, Set.of(roles), "test").whole().value();
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination();
        catalog.close();
    }
}
