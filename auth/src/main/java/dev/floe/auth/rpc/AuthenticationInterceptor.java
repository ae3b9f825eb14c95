package dev.floe.auth.rpc;

import dev.floe.auth.Authenticator;
import dev.floe.auth.AuthorizationHeader;
import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.FloeException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Lets calls in that carry {@code authorization: Bearer <key>}, as {@link CurrentPrincipal}.
 *
 * <p>{@code Basic} with the key as the password does as well: Arrow's clients begin with it.
 *
 * <p>Health and reflection need no key. An open stream's key is looked at again with its messages, at most every
 * {@link #RECHECKED_EVERY}; with what the authenticator keeps, a revoked key is cut off within five seconds.
 *
 * <p>Failures are thrown: an {@link ErrorInterceptor} has to be outside.
 */
public final class AuthenticationInterceptor implements ServerInterceptor {
    static final Duration RECHECKED_EVERY = Duration.ofSeconds(2);

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<String> OPEN_SERVICES = Set.of(
            "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection");

    private final Authenticator authenticator;
    private final LongSupplier nanoTime;

    public AuthenticationInterceptor(Authenticator authenticator) {
        this(authenticator, System::nanoTime);
    }

    AuthenticationInterceptor(Authenticator authenticator, LongSupplier nanoTime) {
        this.authenticator = authenticator;
        this.nanoTime = nanoTime;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String service = call.getMethodDescriptor().getServiceName();
        if (service != null && OPEN_SERVICES.contains(service)) {
            return next.startCall(call, headers);
        }
        String header = headers.get(AUTHORIZATION);
        Optional<String> key = AuthorizationHeader.bearer(header).or(() -> AuthorizationHeader.basic(header));
        Principal principal = authenticator.authenticate(key);
        RevocableCall<Q, R> revocable = new RevocableCall<>(call, new Recheck(key, principal));
        Context context = CurrentPrincipal.in(Context.current(), principal);
        return revocable.listener(Contexts.interceptCall(context, revocable, headers, next));
    }

    /** Looks whether a call's key is still in force, now and then. */
    private final class Recheck implements RevocableCall.Permit {
        private final Optional<String> key;
        private final Principal principal;
        private volatile long checkedAt = nanoTime.getAsLong();

        Recheck(Optional<String> key, Principal principal) {
            this.key = key;
            this.principal = principal;
        }

        @Override
        public Optional<FloeException> refusal() {
            long now = nanoTime.getAsLong();
            if (now - checkedAt < RECHECKED_EVERY.toNanos()) {
                return Optional.empty();
            }
            checkedAt = now;
            try {
                return authenticator.authenticate(key).equals(principal)
                        ? Optional.empty()
                        : Optional.of(Authenticator.unauthenticated());
            } catch (FloeException e) {
                return Optional.of(e);
            }
        }
    }
}
