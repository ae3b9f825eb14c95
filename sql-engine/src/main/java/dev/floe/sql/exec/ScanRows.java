package dev.floe.sql.exec;

import dev.floe.sql.scan.RowSource;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Rows of a scan one by one, as generated code wants them. */
final class ScanRows implements Enumerator<@Nullable Object[]> {
    static final int BATCH_ROWS = 4_096;

    private final RowSource rows;
    private final List<Type> types;
    private final Runnable checkpoint;
    private long left;
    private @Nullable ColumnBatch batch;
    private int row = -1;
    private @Nullable Object @Nullable [] current;

    /** {@code checkpoint} runs before each batch and throws when the query is over. */
    ScanRows(RowSource rows, List<Type> types, long limit, Runnable checkpoint) {
        this.rows = rows;
        this.types = types;
        this.left = limit < 0 ? Long.MAX_VALUE : limit;
        this.checkpoint = checkpoint;
    }

    @Override
    public @Nullable Object[] current() {
        @Nullable Object[] values = current;
        if (values == null) {
            throw new NoSuchElementException("not at a row");
        }
        return values;
    }

    @Override
    public boolean moveNext() {
        current = null;
        if (left == 0) {
            return false;
        }
        ColumnBatch in = batch;
        row++;
        while (in == null || row >= in.rowCount()) {
            checkpoint.run();
            in = rows.next((int) Math.min(left, BATCH_ROWS));
            batch = in;
            row = 0;
            if (in == null) {
                left = 0;
                return false;
            }
        }
        left--;
        @Nullable Object[] values = new @Nullable Object[types.size()];
        List<Vector> columns = in.columns();
        for (int i = 0; i < values.length; i++) {
            values[i] = ColumnValues.read(columns.get(i), types.get(i), row);
        }
        current = values;
        return true;
    }

    @Override
    public void reset() {
        throw new UnsupportedOperationException("scans go forward; a plan asks for a new one");
    }

    @Override
    public void close() {
        rows.close();
    }
}
