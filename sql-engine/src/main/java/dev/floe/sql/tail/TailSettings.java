package dev.floe.sql.tail;

import dev.floe.core.settings.SettingsReader;
import java.time.Duration;

/**
 * Limits of reads at the newest rows.
 *
 * @param bytesMax heap that entries of the tail may take, of all tables together
 * @param waitMax longest wait of such a read for the log or, where the tail is not in memory, for the commit
 */
public record TailSettings(long bytesMax, Duration waitMax) {
    public static TailSettings defaults() {
        return new TailSettings(128L << 20, Duration.ofSeconds(15));
    }

    public static TailSettings read(SettingsReader settings) {
        return new TailSettings(
                settings.bytes(
                        "sql.tail-bytes-max",
                        "128MB",
                        "Memory for rows that are in the log and in no snapshot yet; where it does not do, reads at"
                                + " latest wait for the commit"),
                settings.duration(
                        "sql.tail-wait-max",
                        "15s",
                        "Longest wait of a read at latest for rows that were acked before it"));
    }
}
