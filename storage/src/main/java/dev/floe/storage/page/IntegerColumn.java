package dev.floe.storage.page;

import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Vector;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;

/** Integers, dates, times and decimals that Parquet stores as int or long; longs also of ints. */
final class IntegerColumn extends NumberColumn {
    private final boolean isInt;
    private int[] ints = new int[0];
    private long[] longs = new long[0];
    private boolean fromInts;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    IntegerColumn(ColumnDescriptor column, PageWriter pages, PageLimits limits, boolean isInt) {
        super(column, pages, limits, isInt ? Integer.BYTES : Long.BYTES);
        this.isInt = isInt;
    }

    @Override
    void bindTo(Vector source) {
        fromInts = source instanceof IntVector;
        if (source instanceof IntVector narrow) {
            ints = narrow.values();
        } else if (source instanceof LongVector wide) {
            longs = wide.values();
        } else {
            throw mismatch(source);
        }
    }

    @Override
    void gather(int[] slots, int from, int count) {
        if (fromInts) {
            for (int i = 0; i < count; i++) {
                bits[i] = ints[slots[from + i]];
            }
        } else {
            for (int i = 0; i < count; i++) {
                bits[i] = longs[slots[from + i]];
            }
        }
        long low = min;
        long high = max;
        for (int i = 0; i < count; i++) {
            low = Math.min(low, bits[i]);
            high = Math.max(high, bits[i]);
        }
        if (isInt && (low < Integer.MIN_VALUE || high > Integer.MAX_VALUE)) {
            throw new ArithmeticException("a value of an int column has more than 32 bits");
        }
        min = low;
        max = high;
    }

    @Override
    void addBounds(Statistics<?> bounds) {
        if (min <= max && isInt) {
            bounds.updateStats((int) min);
            bounds.updateStats((int) max);
        } else if (min <= max) {
            bounds.updateStats(min);
            bounds.updateStats(max);
        }
        min = Long.MAX_VALUE;
        max = Long.MIN_VALUE;
    }
}
