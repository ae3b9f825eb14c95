package dev.floe.auth.http;

import dev.floe.auth.Authenticator;
import dev.floe.auth.AuthorizationHeader;
import dev.floe.catalog.principal.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the principal of an HTTP request: {@code Bearer <key>}, or Basic with the key as password. */
public final class HttpAuthenticator {
    /** What a 401 answers in {@code WWW-Authenticate}. */
    public static final String CHALLENGE = "Basic realm=\"floe\", charset=\"UTF-8\"";

    private final Authenticator authenticator;

    public HttpAuthenticator(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** Throws UNAUTHENTICATED, the same for every reason, and CATALOG_UNAVAILABLE. */
    public Principal authenticate(@Nullable String authorizationHeader) {
        Optional<String> key = AuthorizationHeader.bearer(authorizationHeader)
                .or(() -> AuthorizationHeader.basic(authorizationHeader));
        return authenticator.authenticate(key);
    }
}
