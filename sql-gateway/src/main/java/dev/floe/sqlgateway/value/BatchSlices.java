package dev.floe.sqlgateway.value;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;

/**
 * A batch cut into slices of rows that stay under a size.
 *
 * <p>Sizes are those of the values as plain columns; a row larger than the limit is a slice of its own.
 */
public final class BatchSlices {
    private final ColumnBatch batch;
    private final long bytesMax;
    private int next;

    public BatchSlices(ColumnBatch batch, long bytesMax) {
        this.batch = batch;
        this.bytesMax = bytesMax;
    }

    public boolean hasNext() {
        return next < batch.rowCount();
    }

    /** The next slice, with at least one row. */
    public ColumnBatch next() {
        return next(batch.rowCount());
    }

    /** The next slice, with at least one row and at most so many. */
    public ColumnBatch next(int rowsMax) {
        int from = next;
        int end = (int) Math.min(batch.rowCount(), (long) from + rowsMax);
        long bytes = 0;
        while (next < end) {
            bytes += rowBytes(next);
            if (bytes > bytesMax && next > from) {
                break;
            }
            next++;
        }
        return from == 0 && next == batch.rowCount() ? batch : rows(from, next);
    }

    private ColumnBatch rows(int from, int to) {
        int[] rows = new int[to - from];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = from + i;
        }
        return batch.rows(rows, rows.length);
    }

    private long rowBytes(int row) {
        long bytes = 0;
        for (Vector column : batch.columns()) {
            bytes += bytes(column, row);
        }
        return bytes;
    }

    private static long bytes(Vector vector, int row) {
        if (vector.isNull(row)) {
            return 1;
        }
        if (vector instanceof BytesVector bytes) {
            return (long) Integer.BYTES + bytes.length(row);
        }
        if (vector instanceof FixedVector fixed) {
            return fixed.width();
        }
        if (vector instanceof ListVector list) {
            return bytes(list.elements(), list.offsets()[row], list.offsets()[row + 1]);
        }
        if (vector instanceof MapVector map) {
            int from = map.offsets()[row];
            int to = map.offsets()[row + 1];
            return bytes(map.keys(), from, to) + bytes(map.values(), from, to);
        }
        if (vector instanceof StructVector struct) {
            long bytes = 0;
            for (Vector child : struct.children()) {
                bytes += bytes(child, row);
            }
            return bytes;
        }
        if (vector instanceof BooleanVector) {
            return 1;
        }
        return vector instanceof IntVector || vector instanceof FloatVector ? Integer.BYTES : Long.BYTES;
    }

    private static long bytes(Vector elements, int from, int to) {
        long bytes = Integer.BYTES;
        for (int i = from; i < to; i++) {
            bytes += bytes(elements, i);
        }
        return bytes;
    }
}
