package dev.floe.client;

import dev.floe.core.error.FloeException;
import java.util.List;

/**
 * A batch that is durable but for the rows refused.
 *
 * <p>At most 1,000 {@code rowErrors} are listed, each with its row; {@code token} is a position to read at;
 * {@code schemaVersion} is the table's current one. {@code alreadyExists} says that the stream had all the rows before,
 * which were stored once.
 */
public record Ack(
        long rowsStored,
        long rowsRefused,
        List<FloeException> rowErrors,
        Token token,
        int schemaVersion,
        boolean alreadyExists) {
    public Ack {
        rowErrors = List.copyOf(rowErrors);
    }
}
