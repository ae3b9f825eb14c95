package dev.floe.storage.log;

import dev.floe.storage.column.ColumnBatch;
import java.util.UUID;

/** One columnar batch of one bucket: the unit of the log. */
public record LogEntry(UUID tableId, int schemaVersion, int bucket, ColumnBatch batch) {}
