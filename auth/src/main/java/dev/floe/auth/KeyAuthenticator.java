package dev.floe.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Principals of API keys, kept for a short time.
 *
 * <p>What is kept is known by the key's hash, so that a heap dump holds no keys. Failures are not kept: a key works
 * from the moment it is made.
 */
final class KeyAuthenticator implements Authenticator {
    /** How long a revoked key may still open calls. */
    static final Duration PRINCIPALS_KEPT = Duration.ofSeconds(3);

    private static final int PRINCIPALS_MAX = 10_000;
    private static final int KEY_CHARS_MAX = 200;

    private final ApiKeys keys;
    private final Cache<String, Principal> principals;

    KeyAuthenticator(ApiKeys keys, Ticker ticker) {
        this.keys = keys;
        this.principals = Caffeine.newBuilder()
                .maximumSize(PRINCIPALS_MAX)
                .expireAfterWrite(PRINCIPALS_KEPT)
                .ticker(ticker)
                .build();
    }

    @Override
    public Principal authenticate(Optional<String> wholeKey) {
        String key =
                wholeKey.filter(text -> text.length() <= KEY_CHARS_MAX).orElseThrow(Authenticator::unauthenticated);
        Principal principal =
                principals.get(hash(key), hash -> keys.authenticate(key).orElse(null));
        if (principal == null) {
            throw Authenticator.unauthenticated();
        }
        return principal;
    }

    private static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
