package dev.floe.gateway.write;

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
 * A bound on the bytes that rows take in a log entry, whether a dictionary goes into it or is resolved.
 *
 * <p>Bounds add up: rows of several batches in one entry take no more than the sum of their bounds. A dictionary may
 * hold more than its rows do: those of one bucket keep that of the batch they came in.
 */
final class PlainBytes {
    /** Tags, lengths and types of one column. */
    private static final int COLUMN_BYTES = 64;

    private static final long ENTRY_BYTES = 256;

    /** The operation, and the offset in a stream. */
    private static final int ROW_BYTES = 6;

    private PlainBytes() {}

    static long of(ColumnBatch batch) {
        long bytes = ENTRY_BYTES + (long) ROW_BYTES * batch.rowCount();
        for (Vector column : batch.columns()) {
            bytes += of(column);
        }
        return bytes;
    }

    private static long of(Vector vector) {
        long size = vector.size();
        return COLUMN_BYTES + size / Byte.SIZE + 1 + values(vector, size);
    }

    private static long values(Vector vector, long size) {
        if (vector instanceof BytesVector bytes) {
            return bytes(bytes, size);
        }
        if (vector instanceof FixedVector fixed) {
            return size * fixed.width();
        }
        if (vector instanceof BooleanVector) {
            return size;
        }
        if (vector instanceof IntVector || vector instanceof FloatVector) {
            return size * Integer.BYTES;
        }
        if (vector instanceof ListVector list) {
            return (size + 1) * Integer.BYTES + of(list.elements());
        }
        if (vector instanceof MapVector map) {
            return (size + 1) * Integer.BYTES + of(map.keys()) + of(map.values());
        }
        if (vector instanceof StructVector struct) {
            return struct.children().stream().mapToLong(PlainBytes::of).sum();
        }
        return size * Long.BYTES;
    }

    private static long bytes(BytesVector vector, long size) {
        long plain = (size + 1) * Integer.BYTES;
        if (vector.codes() == null) {
            return plain + vector.offsets()[vector.size()];
        }
        for (int row = 0; row < vector.size(); row++) {
            plain += vector.length(row);
        }
        int slots = vector.dictionarySize();
        long coded = (size + slots + 1) * Integer.BYTES + vector.offsets()[slots];
        return Math.max(plain, coded);
    }
}
