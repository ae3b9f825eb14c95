package dev.floe.auth.rpc;

import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends calls whose handler throws, or answers with an exception, as {@link RpcErrors} says; the outermost interceptor.
 *
 * <p>After a throw the handler's listener gets {@code onCancel}, so that it lets go of what the call holds.
 */
public final class ErrorInterceptor implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        TranslatingCall<Q, R> translating = new TranslatingCall<>(call);
        try {
            return new GuardedListener<>(translating, next.startCall(translating, headers));
        } catch (RuntimeException e) {
            translating.fail(e);
            return new ServerCall.Listener<>() {};
        }
    }

    /** Turns a status that is only a wrapped exception into what the exception means. */
    private static final class TranslatingCall<Q, R> extends ForwardingServerCall.SimpleForwardingServerCall<Q, R> {
        private final AtomicBoolean closed = new AtomicBoolean();

        TranslatingCall(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            Throwable cause = status.getCause();
            if (status.getCode() == Status.Code.UNKNOWN && cause != null) {
                fail(cause);
                return;
            }
            if (closed.compareAndSet(false, true)) {
                super.close(status, trailers);
            }
        }

        void fail(Throwable failure) {
            if (closed.compareAndSet(false, true)) {
                StatusRuntimeException error = RpcErrors.toStatus(failure);
                Metadata trailers = error.getTrailers();
                super.close(error.getStatus(), trailers == null ? new Metadata() : trailers);
            }
        }
    }

    private static final class GuardedListener<Q, R>
            extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
        private final TranslatingCall<Q, R> call;
        private boolean failed;

        GuardedListener(TranslatingCall<Q, R> call, ServerCall.Listener<Q> handler) {
            super(handler);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guard(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guard(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guard(super::onReady);
        }

        @Override
        public void onComplete() {
            if (failed) {
                super.onCancel();
                return;
            }
            super.onComplete();
        }

        // gRPC calls a listener by one thread at a time
        private void guard(Runnable event) {
            if (failed) {
                return;
            }
            try {
                event.run();
            } catch (RuntimeException e) {
                failed = true;
                call.fail(e);
            }
        }
    }
}
