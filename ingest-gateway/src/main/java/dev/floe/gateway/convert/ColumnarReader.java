package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.storage.wire.BatchLimits;
import dev.floe.storage.wire.ColumnarBatchReader;
import dev.floe.wire.v1.ColumnarBatch;
import dev.floe.wire.v1.Operation;
import java.util.ArrayList;
import java.util.List;

/** Reads the compact columnar form, the same as the log keeps. */
final class ColumnarReader {
    private final Target target;
    private final ConvertLimits limits;

    ColumnarReader(Target target, ConvertLimits limits) {
        this.target = target;
        this.limits = limits;
    }

    BatchConverter.Decoded read(ColumnarBatch batch, byte operation) {
        int slotsMax = (int) Math.min(Integer.MAX_VALUE, limits.bytesMax() / Long.BYTES);
        BatchLimits bounds = new BatchLimits(limits.rowsMax(), limits.columnsMax(), slotsMax);
        ColumnBatch read = ColumnarBatchReader.read(batch, target.schema(), operation, bounds);
        Faults faults = new Faults();
        if (!batch.getOperations().isEmpty()) {
            checkOperations(read.operations(), faults);
        }
        boolean deletes = batch.getOperations().isEmpty() && operation == RowOperation.DELETE;
        return new BatchConverter.Decoded(deletes ? keysOf(read) : read, faults);
    }

    /** A row whose operation the table does not take is a bad row: the others of its batch do not depend on it. */
    private void checkOperations(byte[] operations, Faults faults) {
        for (int row = 0; row < operations.length; row++) {
            Operation asked = Operation.forNumber(operations[row]);
            if (asked == null) {
                throw new FloeException(ErrorCode.MALFORMED_BATCH, "no operation has the number " + operations[row])
                        .inRow(row);
            }
            if (!target.takes(asked)) {
                FloeException refusal = target.refusal(asked);
                faults.add(row, new BadValue(refusal.code(), refusal.message(), refusal.action()));
            }
        }
    }

    private ColumnBatch keysOf(ColumnBatch batch) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (int i = 0; i < batch.columns().size(); i++) {
            if (target.isReadOfDeletes(batch.fieldIds().get(i))) {
                ids.add(batch.fieldIds().get(i));
                columns.add(batch.columns().get(i));
            }
        }
        return new ColumnBatch(batch.rowCount(), ids, columns, batch.operations());
    }
}
