package dev.floe.client;

import dev.floe.core.error.FloeException;
import java.util.List;

/**
 * A batch that is durable but for the rows refused.
 *
 * <p>At most 1,000 {@code rowErrors} are listed, each with its row; {@code token} is a position to read at;
 * {@code schemaVersion} is the table's current one.
 */
public record Ack(long rowsStored, long rowsRefused, List<FloeException> rowErrors, Token token, int schemaVersion) {
    public Ack {
        rowErrors = List.copyOf(rowErrors);
    }
}
