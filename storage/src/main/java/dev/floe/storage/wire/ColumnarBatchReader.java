package dev.floe.storage.wire;

import com.google.protobuf.ByteString;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.Column;
import dev.floe.wire.v1.ColumnarBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Reads the columnar wire form against a schema, trusting nothing in it.
 *
 * <p>Whatever the bytes, the result is a sound batch or a FloeException that names the column. Nulls in required
 * columns are not looked at here: that is a row's error, not the batch's.
 */
public final class ColumnarBatchReader {
    private ColumnarBatchReader() {}

    /** Throws MALFORMED_BATCH, UNKNOWN_COLUMN, WRONG_TYPE, TOO_MANY_ROWS or INVALID_UTF8. */
    public static ColumnBatch read(ColumnarBatch batch, Schema schema, byte defaultOperation, BatchLimits limits) {
        int rows = batch.getRowCount();
        if (rows < 0 || rows > limits.rowsMax()) {
            throw new FloeException(
                            ErrorCode.TOO_MANY_ROWS,
                            "the batch has " + Integer.toUnsignedString(rows) + " rows, more than " + limits.rowsMax())
                    .advise("send it in smaller batches");
        }
        if (batch.getColumnsCount() > limits.columnsMax()) {
            throw new FloeException(
                    ErrorCode.MALFORMED_BATCH,
                    "the batch has " + batch.getColumnsCount() + " columns, more than " + limits.columnsMax());
        }
        ColumnReader reader = new ColumnReader(limits.slotsMax());
        Set<Integer> seen = new HashSet<>();
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (Column column : batch.getColumnsList()) {
            Types.NestedField field = resolve(column, schema);
            if (!seen.add(field.fieldId())) {
                throw new FloeException(ErrorCode.MALFORMED_BATCH, "the column appears twice").at(field.name());
            }
            ids.add(field.fieldId());
            columns.add(reader.read(column, field.type(), rows, field.name(), 1));
        }
        return new ColumnBatch(rows, ids, columns, operations(batch.getOperations(), rows, defaultOperation));
    }

    private static Types.NestedField resolve(Column column, Schema schema) {
        Types.@Nullable NestedField field = column.getFieldId() == 0
                ? schema.asStruct().field(column.getName())
                : schema.asStruct().field(column.getFieldId());
        if (field == null) {
            String shown = column.getFieldId() == 0 ? "'" + column.getName() + "'" : "with id " + column.getFieldId();
            throw new FloeException(ErrorCode.UNKNOWN_COLUMN, "the table has no column " + shown)
                    .at(column.getName())
                    .advise("describe the table to see its columns");
        }
        return field;
    }

    private static byte[] operations(ByteString given, int rows, byte defaultOperation) {
        if (given.isEmpty()) {
            byte[] all = new byte[rows];
            Arrays.fill(all, defaultOperation);
            return all;
        }
        if (given.size() != rows) {
            throw new FloeException(
                    ErrorCode.MALFORMED_BATCH, "operations has " + given.size() + " bytes for " + rows + " rows");
        }
        byte[] operations = given.toByteArray();
        for (int row = 0; row < rows; row++) {
            if (operations[row] < RowOperation.APPEND || operations[row] > RowOperation.DELETE) {
                throw new FloeException(ErrorCode.MALFORMED_BATCH, "no operation has the number " + operations[row])
                        .inRow(row);
            }
        }
        return operations;
    }
}
