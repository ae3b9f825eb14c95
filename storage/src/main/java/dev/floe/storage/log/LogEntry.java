package dev.floe.storage.log;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.stream.StreamRows;
import java.util.List;
import java.util.UUID;

/** One columnar batch of one bucket: the unit of the log. The rows of its streams come first, in their order. */
public record LogEntry(UUID tableId, int schemaVersion, int bucket, ColumnBatch batch, List<StreamRows> streams) {
    public LogEntry {
        streams = List.copyOf(streams);
    }

    /** An entry of rows that belong to no stream. */
    public LogEntry(UUID tableId, int schemaVersion, int bucket, ColumnBatch batch) {
        this(tableId, schemaVersion, bucket, batch, List.of());
    }
}
