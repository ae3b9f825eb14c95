package dev.floe.jobs.ingest;

import java.util.UUID;

/** An entry of the log whose header is sound, still encoded, on its way to its bucket's writer. */
@SuppressWarnings("ArrayRecordComponent") // a message between operators: never compared, never changed
public record BucketEntry(
        long tableHigh, long tableLow, int bucket, int partition, long offset, long timestamp, byte[] value) {
    BucketKey key() {
        return new BucketKey(new UUID(tableHigh, tableLow), bucket);
    }
}
