package dev.floe.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Turns strings into offsets and UTF-8 bytes. */
final class Utf8Column {
    private static final int BYTES_A_ROW_GUESS = 16;

    private Utf8Column() {}

    static ColumnarRows.Bytes of(String name, @Nullable String[] values, int rowCount) {
        int[] offsets = new int[rowCount + 1];
        byte[] data = new byte[Math.max(rowCount, 1) * BYTES_A_ROW_GUESS];
        BitSet present = null;
        int end = 0;
        for (int row = 0; row < rowCount; row++) {
            String value = values[row];
            if (value == null) {
                if (present == null) {
                    present = new BitSet(rowCount);
                    present.set(0, rowCount);
                }
                present.clear(row);
            } else {
                byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
                if (end + utf8.length > data.length) {
                    data = Arrays.copyOf(data, Math.max(data.length * 2, end + utf8.length));
                }
                System.arraycopy(utf8, 0, data, end, utf8.length);
                end += utf8.length;
            }
            offsets[row + 1] = end;
        }
        return new ColumnarRows.Bytes(name, offsets, Arrays.copyOf(data, end), present);
    }
}
