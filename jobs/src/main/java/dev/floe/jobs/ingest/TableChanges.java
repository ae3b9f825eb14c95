package dev.floe.jobs.ingest;

import java.util.UUID;

/** Changes of one bucket at one checkpoint, encoded by BucketChangesCodec, on their way to the committer. */
@SuppressWarnings("ArrayRecordComponent") // a message between operators: never compared, never changed
public record TableChanges(long tableHigh, long tableLow, long checkpointId, byte[] changes) {
    UUID tableId() {
        return new UUID(tableHigh, tableLow);
    }
}
