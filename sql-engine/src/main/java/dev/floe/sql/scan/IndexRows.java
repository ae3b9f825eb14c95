package dev.floe.sql.scan;

import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.tail.TableTail;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.ValueIndex;
import java.util.Iterator;
import java.util.List;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** The rows of an {@link IndexLookup}, file by file, those of the tail last; for one thread. */
final class IndexRows implements RowSource {
    private final IndexLookup lookup;
    private final TableView view;
    private final Schema schema;
    private final Schema projection;
    private final Iterator<LiveFile> files;
    private final LiveRowsAt live;
    private final TableTail.Rows tail;
    private final ReadTally tally;
    private @Nullable RunReader unindexed;

    IndexRows(IndexLookup lookup, List<Integer> fieldIds, ReadTally tally) {
        this.lookup = lookup;
        this.view = lookup.plan().view();
        this.schema = view.definition().schema();
        this.projection = RunReader.project(schema, fieldIds);
        this.live = new LiveRowsAt(view, fieldIds, tally);
        this.files = lookup.plan().files().iterator();
        this.tail = view.tail().rowsHaving(lookup.fields(), lookup.hashes(), schema, fieldIds);
        this.tally = tally;
        tally.add(ReadCount.INDEX_LOOKUPS, 1);
        tally.add(ReadCount.FILES, lookup.plan().pruned().total());
    }

    @Override
    public @Nullable ColumnBatch next(int rowsMax) {
        while (true) {
            RunReader open = unindexed;
            ColumnBatch batch = open == null ? null : open.next(rowsMax);
            if (batch != null) {
                return batch;
            }
            close();
            if (!files.hasNext()) {
                ColumnBatch last = tail.next(rowsMax);
                tally.add(ReadCount.TAIL_ROWS, last == null ? 0 : last.rowCount());
                return last;
            }
            LiveFile file = files.next();
            OpenSidecar<ValueIndex> index = lookup.index(file);
            if (index != null) {
                ColumnBatch rows = live.rows(file, lookup.positions(index));
                if (rows != null && rows.rowCount() > 0) {
                    return rows;
                }
            } else {
                tally.file(file);
                unindexed = new RunReader(
                        view.table().io().newInputFile(file.file()),
                        schema,
                        projection,
                        lookup.filter(),
                        view.dead(file));
            }
        }
    }

    @Override
    public void close() {
        RunReader open = unindexed;
        unindexed = null;
        if (open != null) {
            open.close();
        }
    }
}
