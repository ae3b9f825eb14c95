package dev.floe.storage.column;

/**
 * One column's values, immutable once built and shared freely between threads.
 *
 * <p>Physical forms by Iceberg type: boolean {@link BooleanVector}; int, date {@link IntVector}; long, time,
 * timestamp, timestamptz (microseconds), decimal of precision up to 18 (unscaled) {@link LongVector}; float
 * {@link FloatVector}; double {@link DoubleVector}; string (UTF-8), binary {@link BytesVector}; uuid and decimal of
 * greater precision (16 bytes, big endian) {@link FixedVector}; list {@link ListVector}; map {@link MapVector};
 * struct {@link StructVector}. Slots of absent values exist and hold anything.
 */
public sealed interface Vector
        permits BooleanVector,
                IntVector,
                LongVector,
                FloatVector,
                DoubleVector,
                BytesVector,
                FixedVector,
                ListVector,
                MapVector,
                StructVector {
    /** Number of slots. */
    int size();

    Validity validity();

    default boolean isNull(int row) {
        return !validity().isPresent(row);
    }
}
