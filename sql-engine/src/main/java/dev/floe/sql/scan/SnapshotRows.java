package dev.floe.sql.scan;

import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.tail.TableTail;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.run.RowGroupCounts;
import dev.floe.storage.run.RunReader;
import java.util.Iterator;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/**
 * The live rows of planned files and of the tail, in columns, file by file: a superset of those that a filter wants.
 *
 * <p>Deletion vectors are applied, and what the tail hides; a table with other deletes is refused. For one thread.
 */
public final class SnapshotRows implements RowSource {
    private final TableView view;
    private final Schema schema;
    private final Schema projection;
    private final Expression filter;
    private final Iterator<LiveFile> files;
    private final TableTail.Rows tail;
    private final ReadTally tally;
    private @Nullable RunReader reader;

    /** Columns come in the order of {@code fieldIds}. */
    public SnapshotRows(FilePlan plan, List<Integer> fieldIds, Expression filter, ReadTally tally) {
        this.view = plan.view();
        this.schema = view.definition().schema();
        this.tally = tally;
        tally.scan(plan);
        this.projection = RunReader.project(schema, fieldIds);
        this.filter = filter;
        this.files = plan.files().iterator();
        this.tail = view.tail().rows(schema, fieldIds);
    }

    /** Up to {@code rowsMax} further rows, perhaps none; null at the end. Throws DATA_UNREADABLE. */
    @Override
    public @Nullable ColumnBatch next(int rowsMax) {
        while (true) {
            RunReader open = reader;
            if (open == null) {
                if (!files.hasNext()) {
                    return tail.next(rowsMax);
                }
                open = open(files.next());
                reader = open;
            }
            ColumnBatch batch = open.next(rowsMax);
            if (batch != null) {
                return batch;
            }
            close();
        }
    }

    @Override
    public void close() {
        RunReader open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }

    private RunReader open(LiveFile file) {
        RunReader opened =
                new RunReader(view.table().io().newInputFile(file.file()), schema, projection, filter, view.dead(file));
        RowGroupCounts groups = opened.rowGroups();
        tally.add(ReadCount.ROW_GROUPS_KEPT, groups.kept() - (long) groups.total());
        return opened;
    }
}
