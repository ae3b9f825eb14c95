package dev.floe.sql.scan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.run.RunReader;
import java.util.Iterator;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * The live rows of planned files, in columns, file by file: a superset of those that a filter wants.
 *
 * <p>Deletion vectors are applied; a table with other deletes is refused. For one thread.
 */
public final class SnapshotRows implements AutoCloseable {
    private final FileIO io;
    private final Schema schema;
    private final Schema projection;
    private final Expression filter;
    private final Iterator<FileScanTask> files;
    private @Nullable RunReader reader;

    /** Columns come in the order of {@code fieldIds}. */
    public SnapshotRows(FilePlan plan, Schema schema, List<Integer> fieldIds, Expression filter) {
        this.io = plan.table().io();
        this.schema = schema;
        this.projection = RunReader.project(schema, fieldIds);
        this.filter = filter;
        this.files = plan.files().iterator();
    }

    /** Up to {@code rowsMax} further rows, perhaps none; null at the end. Throws DATA_UNREADABLE. */
    public @Nullable ColumnBatch next(int rowsMax) {
        while (true) {
            RunReader open = reader;
            if (open == null) {
                if (!files.hasNext()) {
                    return null;
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

    private RunReader open(FileScanTask task) {
        return new RunReader(io.newInputFile(task.file()), schema, projection, filter, dead(task));
    }

    private @Nullable PositionDeleteIndex dead(FileScanTask task) {
        List<DeleteFile> deletes = task.deletes();
        if (deletes.isEmpty()) {
            return null;
        }
        for (DeleteFile delete : deletes) {
            if (delete.content() == FileContent.EQUALITY_DELETES) {
                throw new FloeException(
                                ErrorCode.TABLE_CHANGED, "the table has equality deletes, which Floe never writes")
                        .advise("only Floe may write rows of a keyed table: roll it back to a snapshot of Floe's");
            }
        }
        return new BaseDeleteLoader(io::newInputFile)
                .loadPositionDeletes(deletes, task.file().location());
    }
}
