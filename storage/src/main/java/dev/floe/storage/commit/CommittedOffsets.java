package dev.floe.storage.commit;

import java.util.Map;

/** Per bucket, the log offset up to which a snapshot is complete; a bucket without entries is absent. */
public record CommittedOffsets(Map<Integer, Long> byBucket) {
    public static final long NONE = -1;

    public CommittedOffsets {
        byBucket = Map.copyOf(byBucket);
    }

    /** The last offset contained of a bucket, or {@link #NONE}. */
    public long of(int bucket) {
        return byBucket.getOrDefault(bucket, NONE);
    }
}
