package dev.floe.storage.run;

import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.Vector;
import dev.floe.storage.page.FloatStatistics;
import org.apache.parquet.column.ColumnWriter;

/** Emitter of floats and doubles, with the statistics Iceberg wants of them. */
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
        statistics.addNulls(1);
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
}
