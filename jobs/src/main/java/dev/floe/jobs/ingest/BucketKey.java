package dev.floe.jobs.ingest;

import dev.floe.storage.log.LogPartitioner;
import java.util.UUID;

/** A bucket of a table; each belongs to one writer. */
record BucketKey(UUID tableId, int bucket) {
    /** The writer that owns the bucket, from 0; neighbouring buckets of a table go to neighbouring writers. */
    int owner(int writers) {
        return LogPartitioner.partitionOf(tableId, bucket, writers);
    }
}
