package dev.floe.storage.write;

import java.util.List;
import java.util.UUID;

/**
 * What the write path has to know of a table beside its Iceberg schema and partition spec.
 *
 * <p>{@code keyFieldIds} is empty for an append table. {@code buckets} never changes.
 */
public record TableLayout(UUID tableId, List<Integer> keyFieldIds, int buckets) {
    public TableLayout {
        keyFieldIds = List.copyOf(keyFieldIds);
        if (buckets < 1) {
            throw new IllegalArgumentException("a table has at least one bucket, not " + buckets);
        }
    }

    public boolean isKeyed() {
        return !keyFieldIds.isEmpty();
    }
}
