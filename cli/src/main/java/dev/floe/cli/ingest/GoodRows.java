package dev.floe.cli.ingest;

import dev.floe.client.ColumnarRows;
import dev.floe.client.ColumnarRows.ColumnData;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Columns without some of their rows. */
final class GoodRows {
    private final int[] kept;

    /** {@code kept} are the rows that stay, ascending. */
    GoodRows(int[] kept) {
        this.kept = kept.clone();
    }

    ColumnData of(ColumnData column) {
        String name = column.name();
        BitSet present = present(column.present());
        if (column instanceof ColumnarRows.Ints ints) {
            return new ColumnarRows.Ints(
                    name, rows().map(row -> ints.values()[row]).toArray(), present);
        }
        if (column instanceof ColumnarRows.Longs longs) {
            return new ColumnarRows.Longs(
                    name, rows().mapToLong(row -> longs.values()[row]).toArray(), present);
        }
        if (column instanceof ColumnarRows.Doubles doubles) {
            return new ColumnarRows.Doubles(
                    name, rows().mapToDouble(row -> doubles.values()[row]).toArray(), present);
        }
        if (column instanceof ColumnarRows.Floats floats) {
            float[] values = new float[kept.length];
            for (int i = 0; i < kept.length; i++) {
                values[i] = floats.values()[kept[i]];
            }
            return new ColumnarRows.Floats(name, values, present);
        }
        if (column instanceof ColumnarRows.Booleans booleans) {
            boolean[] values = new boolean[kept.length];
            for (int i = 0; i < kept.length; i++) {
                values[i] = booleans.values()[kept[i]];
            }
            return new ColumnarRows.Booleans(name, values, present);
        }
        if (column instanceof ColumnarRows.Bytes bytes) {
            return bytes(bytes, present);
        }
        if (column instanceof ColumnarRows.Fixed fixed) {
            return fixed(fixed, present);
        }
        throw new IllegalArgumentException("no rows can be left out of " + column);
    }

    private ColumnData bytes(ColumnarRows.Bytes column, @Nullable BitSet present) {
        int[] offsets = new int[kept.length + 1];
        ByteArrayOutputStream data = new ByteArrayOutputStream(column.data().length);
        for (int i = 0; i < kept.length; i++) {
            int from = column.offsets()[kept[i]];
            int length = column.offsets()[kept[i] + 1] - from;
            data.write(column.data(), from, length);
            offsets[i + 1] = offsets[i] + length;
        }
        return new ColumnarRows.Bytes(column.name(), offsets, data.toByteArray(), present);
    }

    private ColumnData fixed(ColumnarRows.Fixed column, @Nullable BitSet present) {
        int width = column.width();
        byte[] data = new byte[kept.length * width];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(column.data(), kept[i] * width, data, i * width, width);
        }
        return new ColumnarRows.Fixed(column.name(), width, data, present);
    }

    private @Nullable BitSet present(@Nullable BitSet all) {
        if (all == null) {
            return null;
        }
        BitSet some = new BitSet(kept.length);
        for (int i = 0; i < kept.length; i++) {
            some.set(i, all.get(kept[i]));
        }
        return some;
    }

    private IntStream rows() {
        return Arrays.stream(kept);
    }
}
