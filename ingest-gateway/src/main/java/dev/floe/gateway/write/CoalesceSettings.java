package dev.floe.gateway.write;

import dev.floe.core.settings.SettingsReader;
import java.time.Duration;

/**
 * How small requests share log entries.
 *
 * <p>Rows wait for others only while an entry of their bucket is on its way, and at most {@code linger}; zero gives
 * each request entries of its own. An entry is full at {@code entryRows}; requests with as many rows never share.
 */
public record CoalesceSettings(Duration linger, int entryRows) {
    /** Requests stay apart. */
    public static final CoalesceSettings OFF = new CoalesceSettings(Duration.ZERO, 1);

    public CoalesceSettings {
        if (linger.isNegative() || entryRows < 1) {
            throw new IllegalArgumentException("rows can't wait " + linger + " for an entry of " + entryRows);
        }
    }

    public static CoalesceSettings read(SettingsReader settings) {
        return new CoalesceSettings(
                settings.duration(
                        "ingest.coalesce-linger",
                        "5ms",
                        "Longest that rows of a small request wait to share a log entry while another is on its way;"
                                + " 0s gives each request its own"),
                settings.count(
                        "ingest.coalesce-rows", 16_384, 1, 1_000_000, "Rows at which a shared log entry is full"));
    }

    boolean isOff() {
        return linger.isZero();
    }
}
