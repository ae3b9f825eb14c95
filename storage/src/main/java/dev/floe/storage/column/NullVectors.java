package dev.floe.storage.column;

import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Vectors of nulls, and what they take.
 *
 * <p>Invariant: a vector of {@code size} nulls takes {@code size} times {@link #bytesEach} and a validity, nothing
 * more; who makes one of a size that a client stated counts that first.
 */
public final class NullVectors {
    private NullVectors() {}

    /** Bytes of one null: those of all fields in a struct, of its offset alone in a list, a map or a byte string. */
    public static long bytesEach(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> 1;
            case INTEGER, DATE, FLOAT -> Integer.BYTES;
            case LONG, TIME, TIMESTAMP, DOUBLE -> Long.BYTES;
            case DECIMAL -> isLong((Types.DecimalType) type) ? Long.BYTES : PhysicalForm.WIDE_DECIMAL_BYTES;
            case UUID -> PhysicalForm.UUID_BYTES;
            case STRING, BINARY, LIST, MAP -> Integer.BYTES;
            case STRUCT ->
                type.asStructType().fields().stream()
                        .mapToLong(field -> bytesEach(field.type()))
                        .sum();
            case FIXED, TIMESTAMP_NANO, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY -> throw noColumn(type);
        };
    }

    static Vector of(Type type, int size) {
        return of(type, size, size == 0 ? Validity.all() : Validity.of(new long[(size >>> 6) + 1]));
    }

    private static Vector of(Type type, int size, Validity absent) {
        return switch (type.typeId()) {
            case BOOLEAN -> new BooleanVector(new boolean[size], size, absent);
            case INTEGER, DATE -> new IntVector(new int[size], size, absent);
            case LONG, TIME, TIMESTAMP -> new LongVector(new long[size], size, absent);
            case FLOAT -> new FloatVector(new float[size], size, absent);
            case DOUBLE -> new DoubleVector(new double[size], size, absent);
            case DECIMAL ->
                isLong((Types.DecimalType) type)
                        ? new LongVector(new long[size], size, absent)
                        : fixed(PhysicalForm.WIDE_DECIMAL_BYTES, size, absent);
            case UUID -> fixed(PhysicalForm.UUID_BYTES, size, absent);
            case STRING, BINARY -> BytesVector.plain(new int[size + 1], new byte[0], size, absent);
            case LIST ->
                new ListVector(new int[size + 1], of(type.asListType().elementType(), 0, Validity.all()), size, absent);
            case MAP ->
                new MapVector(
                        new int[size + 1],
                        of(type.asMapType().keyType(), 0, Validity.all()),
                        of(type.asMapType().valueType(), 0, Validity.all()),
                        size,
                        absent);
            case STRUCT -> struct(type.asStructType(), size, absent);
            case FIXED, TIMESTAMP_NANO, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY -> throw noColumn(type);
        };
    }

    private static Vector struct(Types.StructType type, int size, Validity absent) {
        List<Types.NestedField> fields = type.fields();
        return new StructVector(
                fields.stream().map(Types.NestedField::fieldId).toList(),
                fields.stream().map(field -> of(field.type(), size, absent)).toList(),
                size,
                absent);
    }

    private static Vector fixed(int width, int size, Validity absent) {
        return new FixedVector(new byte[Math.multiplyExact(width, size)], width, size, absent);
    }

    private static boolean isLong(Types.DecimalType type) {
        return type.precision() <= PhysicalForm.LONG_DECIMAL_PRECISION_MAX;
    }

    private static IllegalArgumentException noColumn(Type type) {
        return new IllegalArgumentException("no column has the type " + type);
    }
}
