package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import dev.floe.wire.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.types.Types;

/** Reads row messages into columns, one column after another. */
final class RowsReader {
    private final Target target;
    private final SinkLimits limits;

    RowsReader(Target target, ConvertLimits limits) {
        this.target = target;
        this.limits = SinkLimits.of(limits);
    }

    /** Rows with a wrong value are added to the faults and hold null there. Throws MESSAGE_TOO_LARGE. */
    ColumnBatch read(RowBatch batch, byte operation, Faults faults) {
        List<Types.NestedField> columns =
                batch.getColumnsCount() == 0 ? target.schema().columns() : target.columns(batch.getColumnsList());
        List<Row> rows = batch.getRowsList();
        for (Types.NestedField column : columns) {
            if (isRead(column, operation)) {
                // an empty row takes two bytes of the request and a slot of each of these
                limits.count(column.type(), rows.size());
            }
        }
        checkWidths(rows, columns.size(), faults);
        List<Integer> fieldIds = new ArrayList<>(columns.size());
        List<Vector> vectors = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Types.NestedField column = columns.get(i);
            if (isRead(column, operation)) {
                fieldIds.add(column.fieldId());
                vectors.add(column(rows, i, column, faults));
            }
        }
        byte[] operations = new byte[rows.size()];
        Arrays.fill(operations, operation);
        return new ColumnBatch(rows.size(), fieldIds, vectors, operations);
    }

    private boolean isRead(Types.NestedField column, byte operation) {
        return operation != RowOperation.DELETE || target.isReadOfDeletes(column.fieldId());
    }

    private static void checkWidths(List<Row> rows, int columns, Faults faults) {
        for (int row = 0; row < rows.size(); row++) {
            int values = rows.get(row).getValuesCount();
            if (values != columns) {
                faults.add(
                        row,
                        new BadValue(
                                ErrorCode.WRONG_TYPE,
                                "the row has " + values + " values for " + columns + " columns",
                                "send one value for each column, absent ones without a kind"));
            }
        }
    }

    private Vector column(List<Row> rows, int index, Types.NestedField column, Faults faults) {
        ValueSink sink = ValueSink.of(column.type(), rows.size(), limits);
        for (int row = 0; row < rows.size(); row++) {
            if (faults.has(row)) {
                sink.addNull();
                continue;
            }
            Value value = rows.get(row).getValues(index);
            if (value.getKindCase() == Value.KindCase.KIND_NOT_SET) {
                sink.addNull();
                continue;
            }
            try {
                sink.add(value);
            } catch (BadValue e) {
                faults.add(row, e.within(column.name()));
                sink.addNull();
            }
        }
        return sink.finish();
    }
}
