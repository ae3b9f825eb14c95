package dev.floe.storage.commit;

import dev.floe.storage.log.LogId;
import java.util.Arrays;

/** The log of the model: per bucket, entries at offsets from 0 on without holes. */
final class ModelLog {
    private final long[] ends;
    private int number;

    ModelLog(int buckets) {
        this.ends = new long[buckets];
    }

    void append(int bucket, int entries) {
        ends[bucket] += entries;
    }

    /** Everything is gone, and what is written from now on is another log under the same name. */
    void wipe() {
        Arrays.fill(ends, 0);
        number++;
    }

    /** The offset of the bucket's last entry, -1 where there is none. */
    long last(int bucket) {
        return ends[bucket] - 1;
    }

    LogId id() {
        return new LogId("cluster", "topic-" + number);
    }
}
