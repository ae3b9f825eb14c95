package dev.floe.sqlgateway;

import dev.floe.auth.Authenticator;
import dev.floe.auth.http.HttpAuthenticator;
import dev.floe.auth.rpc.AuthenticationInterceptor;
import dev.floe.auth.rpc.CheckedRequests;
import dev.floe.auth.rpc.ErrorInterceptor;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.name.TenantName;
import dev.floe.sqlgateway.admission.QueueSettings;
import dev.floe.sqlgateway.jdbc.JdbcSettings;
import dev.floe.wire.v1.QueryServiceGrpc;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;

/**
 * The gateway behind a real gRPC server on loopback, over an engine and tables in memory.
 *
 * <p>The key {@code reader} reads for the default tenant, {@code writer} only writes, {@code other} is another
 * tenant's.
 */
public final class TestServer implements AutoCloseable {
    /** Nobody waits for a place. */
    public static final SqlSettings SETTINGS = settings(Duration.ofSeconds(30), QueueSettings.NONE);

    public static final String VERSION = "1.2.3";

    public static final JdbcSettings JDBC =
            new JdbcSettings("127.0.0.1", 0, 1 << 20, Duration.ofSeconds(5), 10, 5, 10, 10_000, Duration.ofMinutes(1));

    private final MemoryEngine engine = new MemoryEngine();
    private final SqlGateway gateway;
    private final Server server;
    private final ManagedChannel channel;

    /** Limits that are soon reached: four queries at once, two of a tenant. */
    public static SqlSettings settings(Duration queryTimeMax, QueueSettings queue) {
        return new SqlSettings(4, 2, 4, 2, 1_000_000, queryTimeMax, 1_000, 64 << 10, 64 << 20, queue);
    }

    public TestServer(SqlSettings settings) {
        this(settings, JDBC);
    }

    public TestServer(SqlSettings settings, JdbcSettings jdbc) {
        gateway = new SqlGateway(engine, new MemoryTables(), new HttpAuthenticator(authenticator()), settings, jdbc);
        gateway.start();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(gateway.service())
                .addService(CheckedRequests.of(gateway.flightService(VERSION)))
                // gRPC runs the interceptor added last first
                .intercept(new AuthenticationInterceptor(authenticator()))
                .intercept(new ErrorInterceptor())
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    public MemoryEngine engine() {
        return engine;
    }

    public SqlGateway gateway() {
        return gateway;
    }

    /** To the server's port; closed with the server. */
    public ManagedChannel channel() {
        return channel;
    }

    public QueryServiceGrpc.QueryServiceBlockingStub stub(String key) {
        return QueryServiceGrpc.newBlockingStub(channel).withInterceptors(authorization(key));
    }

    public QueryServiceGrpc.QueryServiceStub asyncStub(String key) {
        return QueryServiceGrpc.newStub(channel).withInterceptors(authorization(key));
    }

    /** For Avatica's driver, with a key. */
    public String jdbcUrl(String key) {
        return "jdbc:avatica:remote:url=http://127.0.0.1:" + gateway.jdbcPort()
                + ";serialization=protobuf;authentication=BASIC;avatica_user=any;avatica_password=" + key;
    }

    /** Lets calls carry a key. */
    public static ClientInterceptor authorization(String key) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        gateway.close();
        server.shutdownNow();
    }

    public static Authenticator authenticator() {
        return wholeKey -> switch (wholeKey.orElse("")) {
            case "reader" -> new Principal(TenantName.DEFAULT, "r", Set.of(Role.READER));
            case "writer" -> new Principal(TenantName.DEFAULT, "w", Set.of(Role.WRITER));
            case "editor" -> new Principal(TenantName.DEFAULT, "e", Set.of(Role.READER, Role.WRITER));
            case "admin" -> new Principal(TenantName.DEFAULT, "a", Set.of(Role.ADMIN));
            case "other" -> new Principal(new TenantName("other"), "o", Set.of(Role.ADMIN));
            default -> throw Authenticator.unauthenticated();
        };
    }
}
