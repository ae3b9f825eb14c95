package dev.floe.storage.memtable;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;

/** Heap that vectors hold on to, in bytes and without object headers. */
public final class VectorBytes {
    private VectorBytes() {}

    public static long of(ColumnBatch batch) {
        long bytes = batch.operations().length;
        for (Vector column : batch.columns()) {
            bytes += of(column);
        }
        return bytes;
    }

    private static long of(Vector vector) {
        long[] words = vector.validity().words();
        return (words == null ? 0 : (long) words.length * Long.BYTES) + valueBytes(vector);
    }

    private static long valueBytes(Vector vector) {
        if (vector instanceof BooleanVector v) {
            return v.values().length;
        }
        if (vector instanceof IntVector v) {
            return (long) v.values().length * Integer.BYTES;
        }
        if (vector instanceof LongVector v) {
            return (long) v.values().length * Long.BYTES;
        }
        if (vector instanceof FloatVector v) {
            return (long) v.values().length * Float.BYTES;
        }
        if (vector instanceof DoubleVector v) {
            return (long) v.values().length * Double.BYTES;
        }
        if (vector instanceof FixedVector v) {
            return v.data().length;
        }
        if (vector instanceof BytesVector v) {
            int[] codes = v.codes();
            return v.data().length + (long) (v.offsets().length + (codes == null ? 0 : codes.length)) * Integer.BYTES;
        }
        if (vector instanceof ListVector v) {
            return (long) v.offsets().length * Integer.BYTES + of(v.elements());
        }
        if (vector instanceof MapVector v) {
            return (long) v.offsets().length * Integer.BYTES + of(v.keys()) + of(v.values());
        }
        return ((StructVector) vector)
                .children().stream().mapToLong(VectorBytes::of).sum();
    }
}
