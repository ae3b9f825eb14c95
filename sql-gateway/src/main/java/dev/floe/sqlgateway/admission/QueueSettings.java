package dev.floe.sqlgateway.admission;

import dev.floe.core.settings.SettingsReader;
import java.time.Duration;

/** How many may wait for a place, and how long. */
public record QueueSettings(int waitingMax, Duration timeMax) {
    /** Nobody waits. */
    public static final QueueSettings NONE = new QueueSettings(0, Duration.ZERO);

    public QueueSettings {
        if (waitingMax < 0 || timeMax.isNegative()) {
            throw new IllegalArgumentException("limits of a queue can't be negative");
        }
    }

    public static QueueSettings read(SettingsReader settings) {
        return new QueueSettings(
                settings.count(
                        "sql.queue-max", 64, 0, 10_000, "Queries that wait for a place at once; more are refused"),
                settings.duration(
                        "sql.queue-time-max", "5s", "Longest wait of a query for a place; 0s refuses at once"));
    }
}
