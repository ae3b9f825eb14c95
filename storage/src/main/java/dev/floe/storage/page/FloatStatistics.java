package dev.floe.storage.page;

import java.util.Optional;
import org.apache.iceberg.FieldMetrics;

/**
 * Counts and bounds of one float or double field of a file, over all of its row groups.
 *
 * <p>Parquet's own statistics vanish where there is a NaN; Iceberg's bounds are those of the other values, and NaNs
 * are counted apart.
 */
public final class FloatStatistics {
    private final int fieldId;
    private final boolean isDouble;
    private long values;
    private long nulls;
    private long nans;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    public FloatStatistics(int fieldId, boolean isDouble) {
        this.fieldId = fieldId;
        this.isDouble = isDouble;
    }

    public void add(double value) {
        values++;
        if (Double.isNaN(value)) {
            nans++;
            return;
        }
        // Math.min and Math.max order -0.0 before 0.0, as Iceberg does
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    public void addNulls(int count) {
        values += count;
        nulls += count;
    }

    /** Adds values of which all but {@code notNumbers} lie between the bounds. */
    void add(int count, int notNumbers, double low, double high) {
        values += count;
        nans += notNumbers;
        min = Math.min(min, low);
        max = Math.max(max, high);
    }

    public FieldMetrics<?> metrics() {
        boolean bounded = values > nulls + nans;
        if (isDouble) {
            return metrics(
                    Optional.of(min).filter(m -> bounded), Optional.of(max).filter(m -> bounded));
        }
        return metrics(
                Optional.of((float) min).filter(m -> bounded),
                Optional.of((float) max).filter(m -> bounded));
    }

    private <T> FieldMetrics<T> metrics(Optional<T> lower, Optional<T> upper) {
        if (lower.isPresent() && upper.isPresent()) {
            return new FieldMetrics<>(fieldId, values, nulls, nans, lower.get(), upper.get());
        }
        return new FieldMetrics<>(fieldId, values, nulls, nans);
    }
}
