package dev.floe.jobs.ingest;

import java.util.UUID;

/** Element of the writers' state: the streams of a bucket, as StreamWindow writes them. */
@SuppressWarnings("ArrayRecordComponent") // state: never compared, never changed
public record StreamState(long tableHigh, long tableLow, int bucket, byte[] window) {
    BucketKey key() {
        return new BucketKey(new UUID(tableHigh, tableLow), bucket);
    }
}
