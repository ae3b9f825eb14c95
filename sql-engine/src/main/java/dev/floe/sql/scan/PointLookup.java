package dev.floe.sql.scan;

import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.tail.TailRows;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.sidecar.Sidecar;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Finds the row of a key without a scan: in the log's tail, else by the sidecars of the bucket's files.
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

    /** The live row of the key with this hash, or null. Throws DATA_UNREADABLE, TABLE_CHANGED. */
    @Nullable
    ColumnBatch find(int bucket, long high, long low) {
        List<TailRows> entries = view.tail().entries(bucket);
        for (int i = entries.size() - 1; i >= 0; i--) {
            int row = entries.get(i).lastOf(high, low);
            if (row >= 0) {
                tally.add(ReadCount.TAIL_ROWS, 1);
                return entries.get(i).row(row, fieldIds, projection);
            }
        }
        for (LiveFile file : view.files().of(bucket)) {
            long position = view.keysOf(file).find(high, low);
            if (position != Sidecar.ABSENT) {
                DeadRows deleted = view.deleted(file);
                if (deleted == null || !deleted.isDeleted(position)) {
                    tally.add(ReadCount.ROWS, 1);
                    tally.add(ReadCount.FILES_KEPT, read.add(file.location()) ? 1 : 0);
                    return view.rows(file, projection, tally.pages(), position);
                }
            }
        }
        return null;
    }
}
