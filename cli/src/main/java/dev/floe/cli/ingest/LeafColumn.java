package dev.floe.cli.ingest;

import dev.floe.client.ColumnarRows;
import dev.floe.client.ColumnarRows.ColumnData;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import java.util.SortedMap;
import java.util.function.IntConsumer;
import org.apache.parquet.column.ColumnReader;
import org.jspecify.annotations.Nullable;

/** A flat column of a Parquet file and how its values become a column to send; for one thread. */
record LeafColumn(String name, int definedLevel, Conversion conversion) {
    private static final int FIXED_BYTES = 16;

    /**
     * Reads the next rows. A row whose value does not fit is put into {@code bad}, with the first reason found.
     */
    ColumnData read(ColumnReader reader, int rows, SortedMap<Integer, FloeException> bad) {
        Cell cell = new Cell.OfColumn(reader);
        if (conversion instanceof Conversion.Bool) {
            boolean[] values = new boolean[rows];
            return new ColumnarRows.Booleans(name, values, each(reader, rows, bad, row -> values[row] = cell.bool()));
        }
        if (conversion instanceof Conversion.Ints ints) {
            int[] values = new int[rows];
            BitSet present =
                    each(reader, rows, bad, row -> values[row] = ints.to().of(cell));
            return new ColumnarRows.Ints(name, values, present);
        }
        if (conversion instanceof Conversion.Longs longs) {
            long[] values = new long[rows];
            BitSet present =
                    each(reader, rows, bad, row -> values[row] = longs.to().of(cell));
            return new ColumnarRows.Longs(name, values, present);
        }
        if (conversion instanceof Conversion.Floats) {
            float[] values = new float[rows];
            return new ColumnarRows.Floats(name, values, each(reader, rows, bad, row -> values[row] = cell.float32()));
        }
        if (conversion instanceof Conversion.Doubles doubles) {
            double[] values = new double[rows];
            BitSet present =
                    each(reader, rows, bad, row -> values[row] = doubles.to().of(cell));
            return new ColumnarRows.Doubles(name, values, present);
        }
        return conversion instanceof Conversion.Fixed fixed
                ? fixed(reader, rows, bad, fixed)
                : bytes(reader, rows, bad);
    }

    static void skip(ColumnReader reader, long rows) {
        for (long i = 0; i < rows; i++) {
            reader.skip();
            reader.consume();
        }
    }

    private ColumnData fixed(
            ColumnReader reader, int rows, SortedMap<Integer, FloeException> bad, Conversion.Fixed fixed) {
        byte[] data = new byte[rows * FIXED_BYTES];
        BitSet present = each(reader, rows, bad, row -> {
            byte[] value = fixed.to().of(reader.getBinary());
            System.arraycopy(value, 0, data, row * FIXED_BYTES, FIXED_BYTES);
        });
        return new ColumnarRows.Fixed(name, FIXED_BYTES, data, present);
    }

    private ColumnData bytes(ColumnReader reader, int rows, SortedMap<Integer, FloeException> bad) {
        int[] lengths = new int[rows];
        ByteArrayOutputStream data = new ByteArrayOutputStream(rows * FIXED_BYTES);
        BitSet present = each(reader, rows, bad, row -> {
            byte[] value = reader.getBinary().getBytesUnsafe();
            data.write(value, 0, value.length);
            lengths[row] = value.length;
        });
        int[] offsets = new int[rows + 1];
        for (int row = 0; row < rows; row++) {
            offsets[row + 1] = offsets[row] + lengths[row];
        }
        return new ColumnarRows.Bytes(name, offsets, data.toByteArray(), present);
    }

    /** Takes each row that has a value; which ones have, null where all do. */
    private @Nullable BitSet each(
            ColumnReader reader, int rows, SortedMap<Integer, FloeException> bad, IntConsumer take) {
        BitSet present = new BitSet(rows);
        for (int row = 0; row < rows; row++) {
            if (reader.getCurrentDefinitionLevel() == definedLevel) {
                present.set(row);
                try {
                    take.accept(row);
                } catch (FloeException e) {
                    bad.putIfAbsent(row, e.at(name));
                } catch (ArithmeticException e) {
                    bad.putIfAbsent(
                            row,
                            new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, "it has more digits than declared", e)
                                    .at(name));
                }
            }
            reader.consume();
        }
        return present.cardinality() == rows ? null : present;
    }
}
