package dev.floe.gateway.convert;

import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import java.util.List;

/**
 * A batch that fits its table, and what was left out of it.
 *
 * <p>{@code parts} hold the good rows in their order; {@code rowsOf} a part's rows by their index in the request.
 * Errors are listed up to {@link BatchConverter#ROW_ERRORS_MAX}, {@code rowsRefused} counts all.
 */
public record Converted(List<Part> parts, long rowsReceived, long rowsRefused, List<FloeException> errors) {
    public Converted {
        parts = List.copyOf(parts);
        errors = List.copyOf(errors);
    }

    /** Rows of one record batch; row {@code i} is row {@code rowOf(i)} of the request. */
    public record Part(ColumnBatch batch, RowIndex rows) {
        /** The part without the rows of the request before one. */
        public Part from(int requestRow) {
            int first = 0;
            while (first < batch.rowCount() && rows.rowOf(first) < requestRow) {
                first++;
            }
            return first == 0 ? this : range(first, batch.rowCount());
        }

        /** Some of the part's rows. */
        public Part range(int from, int to) {
            if (from == 0 && to == batch.rowCount()) {
                return this;
            }
            int[] chosen = new int[to - from];
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = from + i;
            }
            return new Part(batch.rows(chosen, chosen.length), index -> rows.rowOf(from + index));
        }

        /** The rows of a batch that have no fault; the batch's first is row {@code first} of the request. */
        static Part without(ColumnBatch batch, Faults faults, long first) {
            if (faults.isEmpty()) {
                return new Part(batch, index -> first + index);
            }
            int[] good = new int[batch.rowCount() - faults.count()];
            int count = 0;
            for (int row = 0; row < batch.rowCount(); row++) {
                if (!faults.has(row)) {
                    good[count++] = row;
                }
            }
            return new Part(batch.rows(good, count), index -> first + good[index]);
        }
    }

    /** Where a part's rows come from. */
    public interface RowIndex {
        long rowOf(int index);
    }
}
