package dev.floe.storage.column;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as columns, each named by its Iceberg field id.
 *
 * <p>A column of the table that a batch lacks is null in all of its rows. Operations are one {@link RowOperation} a
 * row.
 */
public final class ColumnBatch {
    private final int rowCount;
    private final List<Integer> fieldIds;
    private final List<Vector> columns;
    private final byte[] operations;

    /** Takes ownership of the operations. */
    public ColumnBatch(int rowCount, List<Integer> fieldIds, List<Vector> columns, byte[] operations) {
        if (fieldIds.size() != columns.size() || operations.length != rowCount) {
            throw new IllegalArgumentException("columns or operations don't fit the batch");
        }
        for (Vector column : columns) {
            if (column.size() != rowCount) {
                throw new IllegalArgumentException("a column has " + column.size() + " rows, not " + rowCount);
            }
        }
        this.rowCount = rowCount;
        this.fieldIds = List.copyOf(fieldIds);
        this.columns = List.copyOf(columns);
        this.operations = operations;
    }

    public int rowCount() {
        return rowCount;
    }

    /** Field ids of the columns, in their order. */
    public List<Integer> fieldIds() {
        return fieldIds;
    }

    public List<Vector> columns() {
        return columns;
    }

    /** The column of a field, or null where the batch lacks it. */
    public @Nullable Vector column(int fieldId) {
        int index = fieldIds.indexOf(fieldId);
        return index < 0 ? null : columns.get(index);
    }

    /** One operation a row, not to be written to. */
    public byte[] operations() {
        return operations;
    }

    /** All rows but some. */
    public ColumnBatch without(BitSet left) {
        int[] kept = new int[rowCount - left.cardinality()];
        int count = 0;
        for (int row = left.nextClearBit(0); row < rowCount; row = left.nextClearBit(row + 1)) {
            kept[count++] = row;
        }
        return rows(kept, count);
    }

    /** Some of the rows, in the order given. */
    public ColumnBatch rows(int[] rows, int count) {
        byte[] chosen = new byte[count];
        for (int i = 0; i < count; i++) {
            chosen[i] = operations[rows[i]];
        }
        List<Vector> gathered =
                columns.stream().map(column -> Gather.rows(column, rows, count)).toList();
        return new ColumnBatch(count, fieldIds, gathered, chosen);
    }
}
