package dev.floe.storage.log;

import dev.floe.storage.stream.StreamRows;
import java.util.List;
import java.util.UUID;

/** What can be known of an entry without decoding its columns. */
public record LogEntryHeader(UUID tableId, int schemaVersion, int bucket, int rowCount, List<StreamRows> streams) {
    public LogEntryHeader {
        streams = List.copyOf(streams);
    }
}
