package dev.floe.client;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as columns of primitive arrays: the fastest form to write.
 *
 * <p>Columns are named; the arrays are not copied and must stay unchanged until the batch is acked. A column left out
 * is null. Nested columns are not offered here: send them as rows or Arrow.
 */
@SuppressWarnings("ArrayRecordComponent") // columns are handed on once, never compared
public final class ColumnarRows implements Batch {
    /** One column's values; {@code present} has a bit for each row that holds a value, null means all do. */
    public sealed interface ColumnData {
        String name();

        @Nullable
        BitSet present();
    }

    /** Values of int and date columns. */
    public record Ints(String name, int[] values, @Nullable BitSet present) implements ColumnData {}

    /** Values of long, time, timestamp (microseconds) and decimal columns of precision up to 18 (unscaled). */
    public record Longs(
            String name, long[] values, @Nullable BitSet present) implements ColumnData {}

    /** Values of float columns. */
    public record Floats(
            String name, float[] values, @Nullable BitSet present) implements ColumnData {}

    /** Values of double columns. */
    public record Doubles(
            String name, double[] values, @Nullable BitSet present) implements ColumnData {}

    /** Values of boolean columns. */
    public record Booleans(
            String name, boolean[] values, @Nullable BitSet present) implements ColumnData {}

    /** Values of string and binary columns: row i is data[offsets[i]] up to data[offsets[i + 1]]. */
    public record Bytes(
            String name,
            int[] offsets,
            byte[] data,
            @Nullable BitSet present) implements ColumnData {}

    /** Values of string columns through a dictionary: row i is dictionary[codes[i]]. */
    public record Coded(
            String name,
            List<String> dictionary,
            int[] codes,
            @Nullable BitSet present) implements ColumnData {
        public Coded {
            dictionary = List.copyOf(dictionary);
        }
    }

    /** Values of uuid columns and decimals of precision above 18: 16 bytes a row, big endian. */
    public record Fixed(
            String name, int width, byte[] data, @Nullable BitSet present) implements ColumnData {}

    private final int rowCount;
    private final List<ColumnData> columns;
    private final Operation @Nullable [] operations;

    private ColumnarRows(Builder builder) {
        this.rowCount = builder.rowCount;
        this.columns = List.copyOf(builder.columns);
        this.operations = builder.operations;
    }

    public static Builder builder(int rowCount) {
        return new Builder(rowCount);
    }

    @Override
    public int rowCount() {
        return rowCount;
    }

    public List<ColumnData> columns() {
        return columns;
    }

    /** One operation a row, or null where the append's own holds for all. */
    public Operation @Nullable [] operations() {
        return operations;
    }

    /** Collects the columns of a batch. */
    public static final class Builder {
        private final int rowCount;
        private final List<ColumnData> columns = new ArrayList<>();
        private Operation @Nullable [] operations;

        private Builder(int rowCount) {
            this.rowCount = rowCount;
        }

        /** Adds a column of any form. */
        public Builder column(ColumnData column) {
            columns.add(column);
            return this;
        }

        public Builder ints(String name, int[] values) {
            return column(new Ints(name, values, null));
        }

        public Builder longs(String name, long[] values) {
            return column(new Longs(name, values, null));
        }

        public Builder doubles(String name, double[] values) {
            return column(new Doubles(name, values, null));
        }

        public Builder booleans(String name, boolean[] values) {
            return column(new Booleans(name, values, null));
        }

        public Builder coded(String name, List<String> dictionary, int[] codes) {
            return column(new Coded(name, dictionary, codes, null));
        }

        /** Adds a string column; null elements are NULL. */
        public Builder strings(String name, @Nullable String[] values) {
            return column(Utf8Column.of(name, values, rowCount));
        }

        /** One operation a row. */
        public Builder operations(Operation[] perRow) {
            operations = perRow;
            return this;
        }

        public ColumnarRows build() {
            return new ColumnarRows(this);
        }
    }
}
