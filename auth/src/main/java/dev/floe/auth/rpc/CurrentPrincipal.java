package dev.floe.auth.rpc;

import dev.floe.catalog.principal.Principal;
import io.grpc.Context;

/** The principal of the call that the current gRPC context belongs to. */
public final class CurrentPrincipal {
    private static final Context.Key<Principal> KEY = Context.key("floe-principal");

    private CurrentPrincipal() {}

    /** Throws where no {@link AuthenticationInterceptor} is in the way, which is a defect of the wiring. */
    public static Principal get() {
        Principal principal = KEY.get();
        if (principal == null) {
            throw new IllegalStateException("this code runs outside an authenticated call");
        }
        return principal;
    }

    static Context in(Context context, Principal principal) {
        return context.withValue(KEY, principal);
    }
}
