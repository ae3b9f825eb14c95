package dev.floe.gateway.write;

import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogToken;
import java.util.List;

/** A batch that is durable but for the rows refused; {@code schemaVersion} is the table's current one. */
public record Stored(
        long rowsStored, long rowsRefused, List<FloeException> rowErrors, LogToken token, int schemaVersion) {
    public Stored {
        rowErrors = List.copyOf(rowErrors);
    }
}
