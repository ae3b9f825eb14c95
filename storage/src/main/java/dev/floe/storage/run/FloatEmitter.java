package dev.floe.storage.run;

import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.Vector;
import java.util.Optional;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnWriter;

/**
 * Emitter of floats and doubles, with the statistics Iceberg wants of them.
 *
 * <p>Parquet's own statistics vanish where there is a NaN; Iceberg's bounds are those of the other values, and NaNs
 * are counted apart.
 */
final class FloatEmitter extends LeafEmitters.Primitive<Vector> {
    private final FloatStatistics statistics;
    private final boolean asDouble;
    private final ColumnWriter column;

    FloatEmitter(LeafEmitters.Leaf leaf, boolean asDouble, FloatStatistics statistics) {
        super(leaf, Vector.class);
        this.statistics = statistics;
        this.asDouble = asDouble;
        this.column = leaf.writer();
    }

    @Override
    void writeValue(Vector values, int slot, int repetition) {
        if (!asDouble && values instanceof FloatVector floats) {
            float value = floats.value(slot);
            statistics.add(value);
            column.write(value, repetition, definition);
            return;
        }
        double value = doubleAt(values, slot);
        statistics.add(value);
        column.write(value, repetition, definition);
    }

    @Override
    void writeNothing(int repetition, int definitionLevel) {
        statistics.addNull();
        super.writeNothing(repetition, definitionLevel);
    }

    private double doubleAt(Vector values, int slot) {
        if (asDouble && values instanceof DoubleVector doubles) {
            return doubles.value(slot);
        }
        if (asDouble && values instanceof FloatVector floats) {
            return floats.value(slot);
        }
        throw mismatch(values);
    }

    /** Counts and bounds of one field of a file, over all of its row groups. */
    static final class FloatStatistics {
        private final int fieldId;
        private final boolean isDouble;
        private long values;
        private long nulls;
        private long nans;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;

        FloatStatistics(int fieldId, boolean isDouble) {
            this.fieldId = fieldId;
            this.isDouble = isDouble;
        }

        void add(double value) {
            values++;
            if (Double.isNaN(value)) {
                nans++;
                return;
            }
            // Math.min and Math.max order -0.0 before 0.0, as Iceberg does
            min = Math.min(min, value);
            max = Math.max(max, value);
        }

        void addNull() {
            values++;
            nulls++;
        }

        FieldMetrics<?> metrics() {
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
}
