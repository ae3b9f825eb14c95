package dev.floe.sql.scan;

import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.tail.TailRows;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.sidecar.Sidecar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of keys without a scan: in the log's tail, else by the sidecars of the bucket's files.
 *
 * <p>A key has one live row at most. So the newest entry of the tail that names the key decides, and otherwise the one
 * file in which the key's row is not dead; of that file one page a column is read. For one thread.
 */
final class PointLookup {
    private final TableView view;
    private final List<Integer> fieldIds;
    private final Schema projection;
    private final ReadTally tally;
    private final Set<String> read = new HashSet<>();

    /** The columns come in the order of {@code fieldIds}. */
    PointLookup(TableView view, List<Integer> fieldIds, ReadTally tally) {
        this.view = view;
        this.fieldIds = fieldIds;
        this.tally = tally;
        this.projection = RunReader.project(view.definition().schema(), fieldIds);
    }

    /**
     * For each key the live row of its hash, or null; also for those that are not wanted.
     *
     * <p>Throws DATA_UNREADABLE, TABLE_CHANGED.
     *
     * @param wanted numbers of keys
     */
    @Nullable
    ColumnBatch[] find(KeyHashes keys, int[] bucketOf, Collection<Integer> wanted) {
        @Nullable ColumnBatch[] rows = new ColumnBatch[keys.size()];
        Map<Integer, List<Integer>> left = new HashMap<>();
        for (int key : wanted) {
            if (!isInTail(keys, key, bucketOf[key], rows)) {
                left.computeIfAbsent(bucketOf[key], bucket -> new ArrayList<>()).add(key);
            }
        }
        left.forEach((bucket, ofBucket) -> {
            List<Integer> missed = ofBucket;
            for (LiveFile file : view.files().of(bucket)) {
                missed = missed.isEmpty() ? missed : missed(file, keys, missed, rows);
            }
        });
        return rows;
    }

    private boolean isInTail(KeyHashes keys, int key, int bucket, @Nullable ColumnBatch[] rows) {
        List<TailRows> entries = view.tail().entries(bucket);
        for (int i = entries.size() - 1; i >= 0; i--) {
            int row = entries.get(i).lastOf(keys.high(key), keys.low(key));
            if (row >= 0) {
                tally.add(ReadCount.TAIL_ROWS, 1);
                rows[key] = entries.get(i).row(row, fieldIds, projection);
                return true;
            }
        }
        return false;
    }

    /** Reads the rows that are live in a file, and returns the keys that have none there. */
    private List<Integer> missed(LiveFile file, KeyHashes keys, List<Integer> left, @Nullable ColumnBatch[] rows) {
        long[] positions = view.keysOf(file)
                .search(sidecar -> left.stream()
                        .mapToLong(key -> sidecar.find(keys.high(key), keys.low(key)))
                        .toArray());
        List<Integer> missed = new ArrayList<>();
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] == Sidecar.ABSENT || isDeleted(file, positions[i])) {
                missed.add(left.get(i));
            } else {
                tally.add(ReadCount.ROWS, 1);
                tally.add(ReadCount.FILES_KEPT, read.add(file.location()) ? 1 : 0);
                rows[left.get(i)] = view.rows(file, projection, tally.pages(), positions[i]);
            }
        }
        return missed;
    }

    private boolean isDeleted(LiveFile file, long position) {
        DeadRows deleted = view.deleted(file);
        return deleted != null && deleted.isDeleted(position);
    }
}
