package dev.floe.auth.rpc;

import dev.floe.core.error.FloeException;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call that ends with an error as soon as its permit is refused.
 *
 * <p>The permit is asked with every message of either direction. The handler then sees a cancelled call: what it still
 * sends is dropped, and its listener gets {@code onCancel}.
 */
final class RevocableCall<Q, R> extends ForwardingServerCall.SimpleForwardingServerCall<Q, R> {
    /** Whether a call may go on. */
    interface Permit {
        /** Empty where it may. */
        Optional<FloeException> refusal();
    }

    private final Permit permit;
    private final AtomicBoolean revoked = new AtomicBoolean();

    RevocableCall(ServerCall<Q, R> call, Permit permit) {
        super(call);
        this.permit = permit;
    }

    ServerCall.Listener<Q> listener(ServerCall.Listener<Q> handler) {
        return new Listener(handler);
    }

    @Override
    public void sendMessage(R message) {
        if (mayGoOn()) {
            super.sendMessage(message);
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (!revoked.get()) {
            super.close(status, trailers);
        }
    }

    @Override
    public boolean isCancelled() {
        return revoked.get() || super.isCancelled();
    }

    private boolean mayGoOn() {
        if (revoked.get()) {
            return false;
        }
        Optional<FloeException> refusal = permit.refusal();
        if (refusal.isEmpty()) {
            return true;
        }
        if (revoked.compareAndSet(false, true)) {
            StatusRuntimeException error = RpcErrors.toStatus(refusal.get());
            Metadata trailers = error.getTrailers();
            super.close(error.getStatus(), trailers == null ? new Metadata() : trailers);
        }
        return false;
    }

    private final class Listener extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
        Listener(ServerCall.Listener<Q> handler) {
            super(handler);
        }

        @Override
        public void onMessage(Q message) {
            if (mayGoOn()) {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            if (mayGoOn()) {
                super.onHalfClose();
            }
        }

        // the transport completes a call that we closed; for the handler it was cancelled
        @Override
        public void onComplete() {
            if (revoked.get()) {
                super.onCancel();
                return;
            }
            super.onComplete();
        }
    }
}
