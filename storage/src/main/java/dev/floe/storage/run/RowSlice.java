package dev.floe.storage.run;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Gather;
import dev.floe.storage.column.Vector;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** Some rows of a batch, in any order, with the schema the batch was written with. */
public final class RowSlice {
    private final Schema schema;
    private final ColumnBatch batch;
    private final int[] rows;

    /** Takes ownership of the rows. */
    public RowSlice(Schema schema, ColumnBatch batch, int[] rows) {
        this.schema = schema;
        this.batch = batch;
        this.rows = rows;
    }

    public Schema schema() {
        return schema;
    }

    public ColumnBatch batch() {
        return batch;
    }

    public int size() {
        return rows.length;
    }

    /** Row numbers in the batch, not to be written to. */
    int[] rows() {
        return rows;
    }

    /** The values of a column in the slice's rows, or null where the batch lacks it. */
    public @Nullable Vector column(int fieldId) {
        Vector column = batch.column(fieldId);
        return column == null ? null : Gather.rows(column, rows, rows.length);
    }

    /** Row number in the batch of the slice's {@code i}th row. */
    public int row(int i) {
        return rows[i];
    }
}
