package dev.floe.jobs.ingest;

import java.util.UUID;

/**
 * An entry of the log whose header is sound, still encoded, on its way to its bucket's writer.
 *
 * @param beginOffset of the first record of its partition that the job read
 * @param beginMillis when that was logged
 */
@SuppressWarnings("ArrayRecordComponent") // a message between operators: never compared, never changed
public record BucketEntry(
        long tableHigh,
        long tableLow,
        int bucket,
        int partition,
        long offset,
        long timestamp,
        long beginOffset,
        long beginMillis,
        byte[] value) {
    BucketKey key() {
        return new BucketKey(new UUID(tableHigh, tableLow), bucket);
    }
}
