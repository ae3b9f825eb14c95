package dev.floe.auth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.auth.Authenticator;
import dev.floe.auth.FakeKeys;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAuthenticatorTest {
    private final FakeKeys keys = new FakeKeys();
    private final HttpAuthenticator authenticator = new HttpAuthenticator(Authenticator.ofKeys(keys));
    private Principal reader;

    @BeforeEach
    void addAKey() {
        reader = keys.add("floe_a", "acme", Role.READER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer floe_a", "bearer floe_a", "BEARER  floe_a "})
    void takesABearerKey(String header) {
        assertThat(authenticator.authenticate(header)).isEqualTo(reader);
    }

    @ParameterizedTest
    @ValueSource(strings = {"anyone:floe_a", ":floe_a"})
    void takesTheKeyAsPasswordOfAnyUser(String credentials) {
        assertThat(authenticator.authenticate(basic(credentials))).isEqualTo(reader);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer floe_b",
                "Basic",
                "Basic !!!",
                "Basic Zm9v",
                "Digest floe_a",
                "floe_a"
            })
    void refusesEverythingElse(String header) {
        FloeException error = catchThrowableOfType(FloeException.class, () -> authenticator.authenticate(header));

        assertThat(error.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(error.message()).isEqualTo(Authenticator.unauthenticated().message());
    }

    @Test
    void refusesAWrongPassword() {
        FloeException error =
                catchThrowableOfType(FloeException.class, () -> authenticator.authenticate(basic("floe_a:floe_b")));

        assertThat(error.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
