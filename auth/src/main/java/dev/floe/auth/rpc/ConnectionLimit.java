package dev.floe.auth.rpc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses the calls of connections beyond a limit.
 *
 * <p>gRPC has no such limit, and its filter can't close a connection with a reason: one too many stays open without
 * being served until its client gives up. Add it both as filter and, inside an {@link ErrorInterceptor}, as
 * interceptor.
 */
public final class ConnectionLimit extends ServerTransportFilter implements ServerInterceptor {
    private static final Attributes.Key<Boolean> SURPLUS = Attributes.Key.create("floe-surplus-connection");
    private static final int RETRY_AFTER_MILLIS = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);

    private final int connectionsMax;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    /** Connections open now, refused ones included. */
    public int open() {
        return open.get();
    }

    @Override
    public Attributes transportReady(Attributes attributes) {
        int count = open.incrementAndGet();
        if (count <= connectionsMax) {
            return attributes;
        }
        if (count == connectionsMax + 1) {
            LOG.warn("connection limit reached connectionsMax={}", connectionsMax);
        }
        return attributes.toBuilder().set(SURPLUS, true).build();
    }

    @Override
    public void transportTerminated(Attributes attributes) {
        open.decrementAndGet();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (call.getAttributes().get(SURPLUS) != null) {
            throw new FloeException(
                            ErrorCode.OVERLOADED, "the server has its limit of " + connectionsMax + " connections")
                    .advise("share one connection among threads, or try again later")
                    .retryAfter(RETRY_AFTER_MILLIS);
        }
        return next.startCall(call, headers);
    }
}
