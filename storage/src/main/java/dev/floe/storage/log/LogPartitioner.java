package dev.floe.storage.log;

import java.util.UUID;

/** Partition of the log that holds a bucket's entries: a stable mix of table id and bucket. */
public final class LogPartitioner {
    private LogPartitioner() {}

    /** From 0 to {@code partitions - 1}; frozen, as the offsets in snapshots belong to the partition. */
    public static int partitionOf(UUID tableId, int bucket, int partitions) {
        long mixed = tableId.getMostSignificantBits() ^ Long.rotateLeft(tableId.getLeastSignificantBits(), 32);
        mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        // neighbouring buckets of a table go to neighbouring partitions, so that few buckets spread evenly
        return (int) Long.remainderUnsigned((mixed ^ mixed >>> 33) + bucket, partitions);
    }
}
