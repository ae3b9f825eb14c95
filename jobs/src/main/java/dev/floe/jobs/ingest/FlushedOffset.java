package dev.floe.jobs.ingest;

import java.util.UUID;

/** Element of the writers' state: the last log offset of a bucket that left its writer. */
public record FlushedOffset(long tableHigh, long tableLow, int bucket, long offset) {
    BucketKey key() {
        return new BucketKey(new UUID(tableHigh, tableLow), bucket);
    }
}
