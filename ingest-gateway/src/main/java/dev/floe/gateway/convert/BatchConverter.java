package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.wire.v1.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a batch in any form into columns that fit a table, and says of each row that doesn't why.
 *
 * <p>A batch that can't be read as a whole is a FloeException: MALFORMED_BATCH, TOO_MANY_ROWS, MESSAGE_TOO_LARGE,
 * UNKNOWN_COLUMN, WRONG_TYPE of a whole column, WRONG_OPERATION.
 */
public final class BatchConverter {
    /** Most row errors that are listed. */
    public static final int ROW_ERRORS_MAX = 1_000;

    private final ConvertLimits limits;

    public BatchConverter(ConvertLimits limits) {
        this.limits = limits;
    }

    public Converted convert(Target target, Batch batch) {
        byte operation = target.operation(batch.getOperation());
        return switch (batch.getFormCase()) {
            case ROWS -> {
                limits.checkRows(batch.getRows().getRowsCount());
                limits.checkColumns(batch.getRows().getColumnsCount());
                Faults faults = new Faults();
                RowsReader reader = new RowsReader(target, limits);
                ColumnBatch read = reader.read(batch.getRows(), operation, faults);
                yield checked(target, List.of(new Decoded(read, faults)));
            }
            case ARROW -> checked(target, new ArrowReader(target, limits).read(batch.getArrow(), operation));
            case COLUMNAR -> {
                limits.checkRows(Integer.toUnsignedLong(batch.getColumnar().getRowCount()));
                limits.checkColumns(batch.getColumnar().getColumnsCount());
                yield checked(target, List.of(new ColumnarReader(target, limits).read(batch.getColumnar(), operation)));
            }
            case FORM_NOT_SET ->
                throw new FloeException(ErrorCode.MALFORMED_BATCH, "the request has no batch")
                        .advise("set rows, arrow or columnar; an empty batch is one without rows");
        };
    }

    /** Rows as they were read, with what was found wrong by then. */
    record Decoded(ColumnBatch batch, Faults faults) {}

    private static Converted checked(Target target, List<Decoded> decoded) {
        VectorChecks checks = new VectorChecks(target);
        List<Converted.Part> parts = new ArrayList<>();
        List<FloeException> errors = new ArrayList<>();
        long received = 0;
        long refused = 0;
        for (Decoded part : decoded) {
            long first = received;
            Faults faults = part.faults();
            checks.check(part.batch(), faults);
            faults.bySlot().forEach((row, fault) -> {
                if (errors.size() < ROW_ERRORS_MAX) {
                    errors.add(fault.inRow(first + row));
                }
            });
            received += part.batch().rowCount();
            refused += faults.count();
            parts.add(Converted.Part.without(part.batch(), faults, first));
        }
        return new Converted(parts, received, refused, errors);
    }
}
