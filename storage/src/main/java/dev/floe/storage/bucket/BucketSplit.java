package dev.floe.storage.bucket;

import dev.floe.storage.column.ColumnBatch;
import java.util.SortedMap;
import java.util.TreeMap;

/** Splits a batch into one batch a bucket, rows in their order. */
public final class BucketSplit {
    private BucketSplit() {}

    /** The batches by bucket, only of buckets that have rows; {@code bucketOf} names each row's. */
    public static SortedMap<Integer, ColumnBatch> split(ColumnBatch batch, int[] bucketOf, int buckets) {
        int[] counts = new int[buckets];
        for (int row = 0; row < batch.rowCount(); row++) {
            counts[bucketOf[row]]++;
        }
        SortedMap<Integer, ColumnBatch> parts = new TreeMap<>();
        int[][] rows = new int[buckets][];
        for (int bucket = 0; bucket < buckets; bucket++) {
            if (counts[bucket] == batch.rowCount() && batch.rowCount() > 0) {
                parts.put(bucket, batch);
                return parts;
            }
            rows[bucket] = new int[counts[bucket]];
            counts[bucket] = 0;
        }
        for (int row = 0; row < batch.rowCount(); row++) {
            int bucket = bucketOf[row];
            rows[bucket][counts[bucket]++] = row;
        }
        for (int bucket = 0; bucket < buckets; bucket++) {
            if (counts[bucket] > 0) {
                parts.put(bucket, batch.rows(rows[bucket], counts[bucket]));
            }
        }
        return parts;
    }
}
