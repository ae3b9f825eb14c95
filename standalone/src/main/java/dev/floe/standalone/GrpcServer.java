package dev.floe.standalone;

import dev.floe.auth.rpc.CheckedRequests;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The one gRPC port of a process, with health and reflection; serving only after {@link #start}. */
final class GrpcServer implements Component {
    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final int QUEUED_CALLS_MAX = 10_000;
    private static final long KEEPALIVE_PERMIT_SECONDS = 10;
    private static final long KEEPALIVE_SECONDS = 30;

    private final GrpcSettings settings;
    private final Server server;
    private final HealthStatusManager healthStatus = new HealthStatusManager();
    private final ThreadPoolExecutor executor;
    private final AtomicBoolean stopAnnounced = new AtomicBoolean();
    private volatile boolean serving;

    /** Interceptors run in the order given, the first outermost; one of them has to be an {@code ErrorInterceptor}. */
    GrpcServer(
            GrpcSettings settings,
            List<BindableService> services,
            List<ServerInterceptor> interceptors,
            ServerTransportFilter transportFilter) {
        this.settings = settings;
        this.executor = executor();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.bindAddress(), settings.port()))
                .executor(executor)
                .addTransportFilter(transportFilter)
                .maxInboundMessageSize(settings.messageBytesMax())
                .maxInboundMetadataSize(HEADER_BYTES_MAX)
                .maxConcurrentCallsPerConnection(settings.callsPerConnectionMax())
                .permitKeepAliveTime(KEEPALIVE_PERMIT_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS);
        services.forEach(service -> builder.addService(CheckedRequests.of(service)));
        builder.addService(healthStatus.getHealthService()).addService(ProtoReflectionServiceV1.newInstance());
        // gRPC runs the interceptor added last first
        for (int i = interceptors.size() - 1; i >= 0; i--) {
            builder.intercept(interceptors.get(i));
        }
        this.server = builder.build();
    }

    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw portError(e);
        }
        healthStatus.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
        server.getServices()
                .forEach(service ->
                        healthStatus.setStatus(service.getServiceDescriptor().getName(), ServingStatus.SERVING));
        serving = true;
    }

    /** The port bound, also where 0 was asked for. */
    int port() {
        return server.getPort();
    }

    @Override
    public Health health() {
        return serving ? Health.OK : Health.down("not serving");
    }

    /** Tells health checkers to go elsewhere; calls are still answered. */
    void announceStop() {
        if (stopAnnounced.compareAndSet(false, true)) {
            serving = false;
            healthStatus.enterTerminalState();
        }
    }

    @Override
    public void close() {
        announceStop();
        server.shutdown();
        try {
            if (!server.awaitTermination(settings.drainMax().toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.shutdownNow();
        }
        executor.shutdown();
    }

    private FloeException portError(IOException e) {
        String address = settings.bindAddress() + ":" + settings.port();
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            // Netty's own transports have an exception of their own for it
            boolean inUse = String.valueOf(cause.getMessage()).contains("Address already in use");
            if (cause instanceof BindException || inUse) {
                return new FloeException(ErrorCode.PORT_IN_USE, "can't serve gRPC on " + address + ": " + cause, e)
                        .advise("stop what listens there, or set grpc.port (flag --grpc-port)");
            }
        }
        return new FloeException(ErrorCode.INVALID_SETTINGS, "can't serve gRPC on " + address + ": " + e, e);
    }

    private static ThreadPoolExecutor executor() {
        int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUED_CALLS_MAX),
                task -> {
                    Thread thread = new Thread(task, "grpc-call-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
