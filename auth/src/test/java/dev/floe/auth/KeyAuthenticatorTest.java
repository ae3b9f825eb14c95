package dev.floe.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeyAuthenticatorTest {
    private final FakeKeys keys = new FakeKeys();
    private final AtomicLong nanos = new AtomicLong();
    private final KeyAuthenticator authenticator = new KeyAuthenticator(keys, nanos::get);

    @Test
    void findsThePrincipalOfAKey() {
        Principal principal = keys.add("floe_a", "acme", Role.READER);

        assertThat(authenticator.authenticate(Optional.of("floe_a"))).isEqualTo(principal);
    }

    @Test
    void asksOnceForAKeyInUse() {
        keys.add("floe_a", "acme", Role.READER);

        for (int i = 0; i < 100; i++) {
            authenticator.authenticate(Optional.of("floe_a"));
        }

        assertThat(keys.asked()).isEqualTo(1);
    }

    @Test
    void forgetsARevokedKeyInTime() {
        keys.add("floe_a", "acme", Role.READER);
        authenticator.authenticate(Optional.of("floe_a"));
        keys.remove("floe_a");

        nanos.addAndGet(KeyAuthenticator.PRINCIPALS_KEPT.toNanos() + 1);

        assertCode(ErrorCode.UNAUTHENTICATED, Optional.of("floe_a"));
    }

    @Test
    void acceptsAKeyAsSoonAsItIsMade() {
        assertCode(ErrorCode.UNAUTHENTICATED, Optional.of("floe_a"));

        keys.add("floe_a", "acme", Role.READER);

        assertThat(authenticator.authenticate(Optional.of("floe_a"))).isNotNull();
    }

    @Test
    void answersTheSameWhateverIsWrong() {
        keys.add("floe_a", "acme", Role.READER);

        assertThat(refusal(Optional.empty()))
                .isEqualTo(refusal(Optional.of("floe_b")))
                .isEqualTo(refusal(Optional.of("x".repeat(100_000))));
    }

    @Test
    void saysWhenTheCatalogIsAway() {
        keys.breakDown();

        assertCode(ErrorCode.CATALOG_UNAVAILABLE, Optional.of("floe_a"));
    }

    private String refusal(Optional<String> key) {
        FloeException error = catchThrowableOfType(FloeException.class, () -> authenticator.authenticate(key));
        return error.code() + error.message() + error.action();
    }

    private void assertCode(ErrorCode code, Optional<String> key) {
        FloeException error = catchThrowableOfType(FloeException.class, () -> authenticator.authenticate(key));
        assertThat(error.code()).isEqualTo(code);
    }
}
