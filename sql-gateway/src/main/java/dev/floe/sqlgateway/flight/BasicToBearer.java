package dev.floe.sqlgateway.flight;

import dev.floe.auth.AuthorizationHeader;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;

/**
 * Answers calls with {@code authorization: Basic} by the header {@code authorization: Bearer} for the calls to come.
 *
 * <p>Arrow's clients expect it. The bearer is the key that they sent: the server keeps no session, and a key that is
 * revoked is so everywhere. An interceptor that authenticates has to be outside.
 */
final class BasicToBearer implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Optional<String> key = AuthorizationHeader.basic(headers.get(AUTHORIZATION));
        if (key.isEmpty()) {
            return next.startCall(call, headers);
        }
        return next.startCall(new Answering<>(call, "Bearer " + key.get()), headers);
    }

    private static final class Answering<Q, R> extends ForwardingServerCall.SimpleForwardingServerCall<Q, R> {
        private final String bearer;
        private boolean sent;

        Answering(ServerCall<Q, R> call, String bearer) {
            super(call);
            this.bearer = bearer;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            headers.put(AUTHORIZATION, bearer);
            sent = true;
            super.sendHeaders(headers);
        }

        /** A call without an answer has trailers alone. */
        @Override
        public void close(Status status, Metadata trailers) {
            if (!sent && status.isOk()) {
                trailers.put(AUTHORIZATION, bearer);
            }
            super.close(status, trailers);
        }
    }
}
