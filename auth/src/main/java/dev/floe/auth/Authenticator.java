package dev.floe.auth;

import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.util.Optional;
import java.util.Set;

/** Finds the principal of a key; safe for use by several threads. */
public interface Authenticator {
    /**
     * The principal of a whole key, empty where no key was given.
     *
     * <p>Throws UNAUTHENTICATED, the same whether the key is missing, unknown or revoked, and CATALOG_UNAVAILABLE.
     */
    Principal authenticate(Optional<String> wholeKey);

    /** Principals of the catalog's keys, each kept for {@link KeyAuthenticator#PRINCIPALS_KEPT}. */
    static Authenticator ofKeys(ApiKeys keys) {
        return new KeyAuthenticator(keys, System::nanoTime);
    }

    /** Everyone is an admin of the default tenant: for servers that only this machine can reach. */
    static Authenticator insecure() {
        Principal anyone = new Principal(TenantName.DEFAULT, "insecure", Set.of(Role.ADMIN));
        return wholeKey -> anyone;
    }

    /** The one error of failed authentication. */
    static FloeException unauthenticated() {
        return new FloeException(ErrorCode.UNAUTHENTICATED, "the call carries no valid API key")
                .advise("send an API key that is in force; an admin of the tenant can make one");
    }
}
