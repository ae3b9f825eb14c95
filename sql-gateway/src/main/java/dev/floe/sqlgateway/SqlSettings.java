package dev.floe.sqlgateway;

import dev.floe.core.settings.SettingsReader;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sqlgateway.admission.QueueSettings;
import java.time.Duration;

/**
 * Limits of queries and lookups, whichever way they come.
 *
 * <p>{@code responseBytes} is what a response of several rows aims to stay under; one row may be larger.
 */
public record SqlSettings(
        int queriesMax,
        int queriesPerTenantMax,
        int lookupsMax,
        int lookupsPerTenantMax,
        int resultRowsMax,
        Duration queryTimeMax,
        int batchRowsMax,
        int responseBytes,
        long arrowBytesMax,
        QueueSettings queue) {
    private static final int RESPONSE_BYTES_MIN = 1 << 10;
    private static final int RESPONSE_BYTES_MAX = 64 << 20;

    public SqlSettings {
        if (queriesMax < 1 || queriesPerTenantMax < 1 || lookupsMax < 1 || lookupsPerTenantMax < 1) {
            throw new IllegalArgumentException("limits of queries and lookups must be positive");
        }
        if (resultRowsMax < 1 || batchRowsMax < 1 || responseBytes < 1 || arrowBytesMax < 1) {
            throw new IllegalArgumentException("limits of results must be positive");
        }
    }

    public static SqlSettings read(SettingsReader settings) {
        return new SqlSettings(
                settings.count("sql.queries-max", 32, 1, 10_000, "Queries open at once; more wait for a place"),
                settings.count("sql.queries-per-tenant-max", 16, 1, 10_000, "Queries of one tenant open at once"),
                settings.count("sql.lookups-max", 512, 1, 10_000, "Key lookups running or waiting at once"),
                settings.count("sql.lookups-per-tenant-max", 256, 1, 10_000, "Key lookups of one tenant at once"),
                settings.count(
                        "sql.result-rows-max",
                        1_000_000_000,
                        1,
                        Integer.MAX_VALUE,
                        "Most rows of a result; a longer one ends with ROW_LIMIT_EXCEEDED"),
                settings.duration("sql.query-time-max", "5m", "Longest time from a query's start to its last row"),
                settings.count(
                        "sql.batch-rows-max", 10_000, 1, 1_000_000, "Most rows worked on and answered at a time"),
                responseBytes(settings),
                arrowBytes(settings),
                QueueSettings.read(settings));
    }

    /** The limits of one query; {@code rows} and {@code batchRows} are the caller's wishes, 0 for none. */
    public QueryLimits limits(long rows, Duration time, int batchRows) {
        return new QueryLimits(
                rows == 0 ? resultRowsMax : Math.min(rows, resultRowsMax),
                time.compareTo(queryTimeMax) < 0 ? time : queryTimeMax,
                batchRows == 0 ? batchRowsMax : Math.min(batchRows, batchRowsMax));
    }

    private static int responseBytes(SettingsReader settings) {
        String key = "sql.response-bytes";
        long bytes = settings.bytes(key, "1MB", "Size that responses of several rows stay under");
        if (bytes < RESPONSE_BYTES_MIN || bytes > RESPONSE_BYTES_MAX) {
            settings.mistake(key, "it must be from 1KB to 64MB");
            return RESPONSE_BYTES_MIN;
        }
        return (int) bytes;
    }

    private static long arrowBytes(SettingsReader settings) {
        String key = "sql.arrow-bytes-max";
        long bytes = settings.bytes(key, "256MB", "Off-heap memory for Arrow results in the making");
        if (bytes < 1) {
            settings.mistake(key, "it must be at least 1B");
            return 1;
        }
        return bytes;
    }
}
