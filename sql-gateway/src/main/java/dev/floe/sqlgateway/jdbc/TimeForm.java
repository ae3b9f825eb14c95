package dev.floe.sqlgateway.jdbc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.Map;

/**
 * How times and timestamps travel on a connection, chosen by its property or URL option {@code timestamps}.
 *
 * <p>Avatica's own form has milliseconds and no zone, ours microseconds: so text is the default, and the callers that
 * want {@code java.sql.Timestamp} say that they do without the rest.
 */
enum TimeForm {
    /** As {@code 2024-01-31 23:59:59.999999}, which loses nothing. */
    TEXT,
    /** As {@code java.sql.Time} and {@code Timestamp}, rounded down to milliseconds; with a zone still as text. */
    MILLIS;

    private static final String PROPERTY = "timestamps";

    static TimeForm of(Map<String, String> properties) {
        String chosen = properties.getOrDefault(PROPERTY, "text");
        return switch (chosen) {
            case "text" -> TEXT;
            case "millis" -> MILLIS;
            default ->
                throw new FloeException(
                                ErrorCode.INVALID_ARGUMENT,
                                "the connection property " + PROPERTY + " has a wrong value")
                        .at(PROPERTY)
                        .advise("set it to text or millis");
        };
    }
}
