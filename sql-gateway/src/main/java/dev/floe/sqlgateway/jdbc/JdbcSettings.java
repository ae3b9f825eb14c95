package dev.floe.sqlgateway.jdbc;

import dev.floe.core.settings.SettingsReader;
import java.time.Duration;

/** Where and within which limits JDBC is served. */
public record JdbcSettings(
        String address,
        int port,
        int bodyBytesMax,
        Duration bodyTimeMax,
        int connectionsMax,
        int connectionsPerTenantMax,
        int statementsPerConnectionMax,
        int frameRowsMax,
        Duration connectionIdleMax) {
    private static final int BODY_BYTES_CEILING = 256 << 20;

    public static JdbcSettings read(SettingsReader settings) {
        return new JdbcSettings(
                settings.text("jdbc.address", "127.0.0.1", "Address that JDBC is served on"),
                settings.count("jdbc.port", 8765, 0, 65535, "Port that JDBC is served on; 0 picks a free one"),
                bodyBytes(settings),
                settings.duration("jdbc.body-time-max", "30s", "Longest time a request's body may take to arrive"),
                settings.count("jdbc.connections-max", 1_000, 1, 100_000, "JDBC connections open at once"),
                settings.count(
                        "jdbc.connections-per-tenant-max", 250, 1, 100_000, "JDBC connections of one tenant at once"),
                settings.count(
                        "jdbc.statements-per-connection-max", 100, 1, 10_000, "Statements open on one connection"),
                settings.count("jdbc.frame-rows-max", 10_000, 1, 1_000_000, "Most rows of one answer"),
                settings.duration(
                        "jdbc.connection-idle-max", "30m", "A connection without a call for so long is closed"));
    }

    private static int bodyBytes(SettingsReader settings) {
        String key = "jdbc.body-bytes-max";
        long bytes = settings.bytes(key, "4MB", "Largest body of a request; larger is refused");
        if (bytes < 1 || bytes > BODY_BYTES_CEILING) {
            settings.mistake(key, "it must be from 1B to 256MB");
            return 1;
        }
        return (int) bytes;
    }
}
