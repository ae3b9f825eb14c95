package dev.floe.gateway.write;

import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogToken;
import java.util.List;

/**
 * A batch that is durable but for the rows refused.
 *
 * @param schemaVersion the table's current one
 * @param rows of the batch, stored, refused or stored before
 * @param alreadyExists all of them were stored before
 */
public record Stored(
        long rowsStored,
        long rowsRefused,
        List<FloeException> rowErrors,
        LogToken token,
        int schemaVersion,
        long rows,
        boolean alreadyExists) {
    public Stored {
        rowErrors = List.copyOf(rowErrors);
    }
}
