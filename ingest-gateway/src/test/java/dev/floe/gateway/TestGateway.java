package dev.floe.gateway;

import dev.floe.auth.Authenticator;
import dev.floe.auth.rpc.AuthenticationInterceptor;
import dev.floe.auth.rpc.ErrorInterceptor;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.client.FloeClient;
import dev.floe.core.name.TenantName;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.gateway.write.CoalesceSettings;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;

/**
 * A gateway behind a real gRPC server on loopback, with a log and tables in memory.
 *
 * <p>The key {@code writer} writes for the default tenant, {@code reader} only reads, {@code other} writes for another.
 */
public final class TestGateway implements AutoCloseable {
    public static final GatewaySettings SETTINGS =
            new GatewaySettings(10_000, 8 << 20, 4 << 20, 1 << 20, 100, 16, 0, CoalesceSettings.OFF);

    private final IngestGateway gateway;
    private final Server server;

    public TestGateway(FakeTables tables, MemoryLog log, DiskWatermark disk, GatewaySettings settings) {
        this(tables, log, new MemoryStreamLog(), disk, settings);
    }

    public TestGateway(
            FakeTables tables, MemoryLog log, MemoryStreamLog streams, DiskWatermark disk, GatewaySettings settings) {
        gateway = new IngestGateway(tables, new NoSuspensions(), log, streams, disk, settings);
        gateway.start();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(gateway.service())
                // gRPC runs the interceptor added last first
                .intercept(new AuthenticationInterceptor(authenticator()))
                .intercept(new ErrorInterceptor())
                .maxInboundMessageSize(16 << 20)
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public IngestGateway gateway() {
        return gateway;
    }

    public String target() {
        return "127.0.0.1:" + server.getPort();
    }

    public FloeClient client(String key) {
        return FloeClient.connect(target(), key);
    }

    @Override
    public void close() {
        server.shutdownNow();
        gateway.close();
    }

    private static Authenticator authenticator() {
        return wholeKey -> switch (wholeKey.orElse("")) {
            case "writer" -> new Principal(TenantName.DEFAULT, "w", Set.of(Role.WRITER));
            case "reader" -> new Principal(TenantName.DEFAULT, "r", Set.of(Role.READER));
            case "other" -> new Principal(new TenantName("other"), "o", Set.of(Role.ADMIN));
            default -> throw Authenticator.unauthenticated();
        };
    }
}
