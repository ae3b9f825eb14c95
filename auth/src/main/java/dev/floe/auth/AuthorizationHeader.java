package dev.floe.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** API keys out of {@code authorization} headers. */
public final class AuthorizationHeader {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private AuthorizationHeader() {}

    /** The key of {@code Bearer <key>}. */
    public static Optional<String> bearer(@Nullable String header) {
        return after(BEARER, header);
    }

    /** The key of {@code Basic base64(<any user>:<key>)}. */
    public static Optional<String> basic(@Nullable String header) {
        return after(BASIC, header).flatMap(AuthorizationHeader::password);
    }

    private static Optional<String> password(String credentials) {
        try {
            String decoded = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
            int colon = decoded.indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(decoded.substring(colon + 1));
        } catch (IllegalArgumentException e) { // no base64: as good as no key
            return Optional.empty();
        }
    }

    private static Optional<String> after(String scheme, @Nullable String header) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(scheme)) {
            return Optional.empty();
        }
        return Optional.of(header.substring(scheme.length()).strip());
    }
}
