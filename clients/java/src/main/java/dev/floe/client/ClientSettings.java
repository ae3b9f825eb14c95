package dev.floe.client;

import dev.floe.core.settings.Secret;
import java.time.Duration;

/**
 * How a client connects.
 *
 * <p>{@code tls} uses the JVM's trust store. {@code callTimeMax} bounds every unary call; streams and queries are
 * bounded by their own settings. {@code messageBytesMax} bounds one response.
 */
public record ClientSettings(
        Endpoints endpoints, Secret apiKey, boolean tls, Duration callTimeMax, int messageBytesMax) {
    private static final Duration CALL_TIME_MAX = Duration.ofSeconds(30);
    private static final int MESSAGE_BYTES_MAX = 64 << 20;

    /** Plaintext to one server with default limits. */
    public static ClientSettings of(String target, String apiKey) {
        return new ClientSettings(Endpoints.of(target), new Secret(apiKey), false, CALL_TIME_MAX, MESSAGE_BYTES_MAX);
    }

    public ClientSettings withEndpoints(Endpoints others) {
        return new ClientSettings(others, apiKey, tls, callTimeMax, messageBytesMax);
    }

    public ClientSettings withTls(boolean on) {
        return new ClientSettings(endpoints, apiKey, on, callTimeMax, messageBytesMax);
    }

    public ClientSettings withCallTimeMax(Duration limit) {
        return new ClientSettings(endpoints, apiKey, tls, limit, messageBytesMax);
    }
}
