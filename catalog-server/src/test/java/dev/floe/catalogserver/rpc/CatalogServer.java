package dev.floe.catalogserver.rpc;

import dev.floe.auth.Authenticator;
import dev.floe.auth.rpc.AuthenticationInterceptor;
import dev.floe.auth.rpc.CheckedRequests;
import dev.floe.auth.rpc.ErrorInterceptor;
import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.principal.Role;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.core.name.TenantName;
import dev.floe.core.settings.Secret;
import dev.floe.wire.v1.CatalogServiceGrpc;
import dev.floe.wire.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A catalog of its own behind the gRPC edge, on a free port of this machine. */
final class CatalogServer implements AutoCloseable {
    private final Catalog catalog;
    private final Server server;
    private final ManagedChannel channel;

    CatalogServer(Path folder) throws IOException {
        catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString()));
        CatalogService service = new CatalogService(catalog, "1.2.3", () -> List.of(new Sick()), Clock.systemUTC());
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(CheckedRequests.of(service))
                .intercept(new AuthenticationInterceptor(Authenticator.ofKeys(catalog.apiKeys())))
                .intercept(new ErrorInterceptor())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                .usePlaintext()
                .build();
    }

    Catalog catalog() {
        return catalog;
    }

    /** Calls as a new key with the roles. */
    CatalogServiceBlockingStub as(String tenant, Role... roles) {
        TenantName name = new TenantName(tenant);
        if (!catalog.tenants().exists(name)) {
            catalog.tenants().create(name);
        }
        return with(
                catalog.apiKeys().create(name, Set.of(roles), "test").whole().value());
    }

    CatalogServiceBlockingStub with(String key) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
        return CatalogServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
        catalog.close();
    }

    private static final class Sick implements Component {
        @Override
        public String name() {
            return "ingest-job";
        }

        @Override
        public void start() {}

        @Override
        public Health health() {
            return Health.down("acme.routes is suspended");
        }

        @Override
        public void close() {}
    }
}
