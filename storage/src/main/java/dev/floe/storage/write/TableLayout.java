package dev.floe.storage.write;

import java.util.List;
import java.util.UUID;

/**
 * What the write path has to know of a table beside its Iceberg schema and partition spec.
 *
 * <p>{@code keyFieldIds} is empty for an append table. {@code buckets} never changes. {@code versionFieldId} is the
 * column whose greater value wins among the rows of a key, 0 where the log's order alone decides.
 *
 * <p>With {@code keepsAbsent} an upsert leaves the columns that its batch lacks as they are stored; batches that have
 * different columns must not be made one then.
 */
public record TableLayout(
        UUID tableId, List<Integer> keyFieldIds, int buckets, int versionFieldId, boolean keepsAbsent) {
    public TableLayout {
        keyFieldIds = List.copyOf(keyFieldIds);
        if (buckets < 1) {
            throw new IllegalArgumentException("a table has at least one bucket, not " + buckets);
        }
        if (keyFieldIds.isEmpty() && (versionFieldId != 0 || keepsAbsent)) {
            throw new IllegalArgumentException("an append table has no versions and keeps nothing");
        }
    }

    /** Of a table in which the newest row of a key wins whole. */
    public TableLayout(UUID tableId, List<Integer> keyFieldIds, int buckets) {
        this(tableId, keyFieldIds, buckets, 0, false);
    }

    public boolean isKeyed() {
        return !keyFieldIds.isEmpty();
    }

    public boolean hasVersions() {
        return versionFieldId != 0;
    }
}
