package dev.floe.gateway.write;

import dev.floe.gateway.stream.StreamSession;
import dev.floe.wire.v1.Batch;
import org.jspecify.annotations.Nullable;

/**
 * A batch for a table of the caller's tenant; schema version 0 means whichever is current.
 *
 * @param session the writer's stream, or null where it has none
 * @param offset of the batch's first row in the stream
 */
public record BatchRequest(
        String table,
        Batch batch,
        int schemaVersion,
        @Nullable StreamSession session,
        long offset) {
    /** A batch without a stream. */
    public BatchRequest(String table, Batch batch, int schemaVersion) {
        this(table, batch, schemaVersion, null, 0);
    }
}
