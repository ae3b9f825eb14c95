package dev.floe.benchmarks;

import dev.floe.client.ColumnarRows;
import dev.floe.client.ColumnarRows.ColumnData;

/**
 * Bytes of rows as uncompressed Arrow IPC batches, by Arrow's layout.
 *
 * <p>Buffers padded to 8 bytes as Arrow's writer does, plain strings with 4-byte offsets, a validity bit a row, and the
 * metadata of a record batch.
 */
final class SampleArrow {
    private static final int PADDING = 8;
    private static final int BATCH_METADATA_BYTES = 160;
    private static final int BUFFER_METADATA_BYTES = 16;
    private static final int BUFFERS_A_COLUMN = 3;

    private SampleArrow() {}

    static double bytes(SampleRows rows, int batchRows) {
        long bytes = 0;
        for (int from = 0; from < rows.count(); from += batchRows) {
            ColumnarRows batch = rows.range(from, Math.min(rows.count(), from + batchRows));
            bytes += BATCH_METADATA_BYTES;
            for (ColumnData column : batch.columns()) {
                bytes += BUFFERS_A_COLUMN * BUFFER_METADATA_BYTES;
                bytes += padded(((long) batch.rowCount() + Byte.SIZE - 1) / Byte.SIZE)
                        + values(column, batch.rowCount());
            }
        }
        return bytes;
    }

    private static long values(ColumnData column, long rows) {
        if (column instanceof ColumnarRows.Ints) {
            return padded(rows * Integer.BYTES);
        }
        if (column instanceof ColumnarRows.Bytes text) {
            return padded((rows + 1) * Integer.BYTES) + padded(text.offsets()[(int) rows]);
        }
        if (column instanceof ColumnarRows.Coded coded) {
            long text = 0;
            for (int row = 0; row < rows; row++) {
                text += coded.dictionary().get(coded.codes()[row]).length();
            }
            return padded((rows + 1) * Integer.BYTES) + padded(text);
        }
        return padded(rows * Long.BYTES);
    }

    private static long padded(long bytes) {
        return (bytes + PADDING - 1) / PADDING * PADDING;
    }
}
