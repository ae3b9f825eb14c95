package dev.floe.storage.page;

import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.Vector;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;

/** Floats and doubles; doubles also of floats. */
final class FloatColumn extends NumberColumn {
    private final boolean isDouble;
    private final FloatStatistics file;
    private float[] floats = new float[0];
    private double[] doubles = new double[0];
    private boolean fromFloats;
    private final double[] step = new double[STEP_ROWS];
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private int numbers;
    private int notNumbers;

    /** @param file statistics of the field in its file, added to with every page */
    FloatColumn(ColumnDescriptor column, PageWriter pages, PageLimits limits, boolean isDouble, FloatStatistics file) {
        super(column, pages, limits, isDouble ? Double.BYTES : Float.BYTES);
        this.isDouble = isDouble;
        this.file = file;
    }

    @Override
    void bindTo(Vector source) {
        fromFloats = source instanceof FloatVector;
        if (source instanceof FloatVector narrow) {
            floats = narrow.values();
        } else if (isDouble && source instanceof DoubleVector wide) {
            doubles = wide.values();
        } else {
            throw mismatch(source);
        }
    }

    @Override
    void gather(int[] slots, int from, int count) {
        if (!fromFloats) {
            for (int i = 0; i < count; i++) {
                step[i] = doubles[slots[from + i]];
            }
        } else {
            for (int i = 0; i < count; i++) {
                step[i] = floats[slots[from + i]];
            }
        }
        if (isDouble) {
            for (int i = 0; i < count; i++) {
                bits[i] = Double.doubleToRawLongBits(step[i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                bits[i] = Float.floatToRawIntBits(floats[slots[from + i]]);
            }
        }
        bound(count);
    }

    private void bound(int count) {
        double low = min;
        double high = max;
        int nans = 0;
        for (int i = 0; i < count; i++) {
            double value = step[i];
            if (Double.isNaN(value)) {
                nans++;
            } else {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        min = low;
        max = high;
        numbers += count - nans;
        notNumbers += nans;
    }

    @Override
    void putNulls(int count) {
        file.addNulls(count);
    }

    @Override
    void addBounds(Statistics<?> bounds) {
        file.add(numbers + notNumbers, notNumbers, min, max);
        if (numbers > 0) {
            add(bounds, min);
            add(bounds, max);
        }
        if (notNumbers > 0) {
            add(bounds, Double.NaN);
        }
        min = Double.POSITIVE_INFINITY;
        max = Double.NEGATIVE_INFINITY;
        numbers = 0;
        notNumbers = 0;
    }

    private void add(Statistics<?> bounds, double value) {
        if (isDouble) {
            bounds.updateStats(value);
        } else {
            bounds.updateStats((float) value);
        }
    }
}
