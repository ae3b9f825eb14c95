package dev.floe.storage.column;

import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Builds a vector of one Iceberg type slot by slot; for one thread. */
public abstract sealed class VectorBuilder permits FlatBuilder, NestedBuilder {
    final ValidityBuilder validity = new ValidityBuilder();

    /** A builder for the physical form of a type. */
    public static VectorBuilder of(Type type, int expectedRows) {
        int capacity = Math.max(expectedRows, 8);
        return switch (type.typeId()) {
            case BOOLEAN -> new FlatBuilder.Booleans(capacity);
            case INTEGER -> new FlatBuilder.Ints(capacity);
            case DATE -> new FlatBuilder.Dates(capacity);
            case LONG -> new FlatBuilder.Longs(capacity);
            case TIME -> new FlatBuilder.Times(capacity);
            case TIMESTAMP -> new FlatBuilder.Timestamps(capacity, ((Types.TimestampType) type).shouldAdjustToUTC());
            case FLOAT -> new FlatBuilder.Floats(capacity);
            case DOUBLE -> new FlatBuilder.Doubles(capacity);
            case STRING -> new FlatBuilder.Bytes(capacity);
            case BINARY -> new FlatBuilder.Bytes(capacity);
            case UUID -> new FlatBuilder.Uuids(capacity);
            case DECIMAL -> decimal((Types.DecimalType) type, capacity);
            case LIST -> new NestedBuilder.Lists((Types.ListType) type, capacity);
            case MAP -> new NestedBuilder.Maps((Types.MapType) type, capacity);
            case STRUCT -> new NestedBuilder.Structs((Types.StructType) type, capacity);
            default -> throw new IllegalArgumentException("no column has the type " + type);
        };
    }

    /** A vector of nulls; see {@link NullVectors} for what it takes. */
    public static Vector nulls(Type type, int size) {
        return NullVectors.of(type, size);
    }

    /** A vector of the values, in the Java types of Iceberg's generic records. */
    public static Vector of(Type type, List<? extends @Nullable Object> values) {
        VectorBuilder builder = of(type, values.size());
        for (Object value : values) {
            builder.append(value);
        }
        return builder.build();
    }

    /** Appends a value in the Java type of Iceberg's generic records; strings may be any CharSequence. */
    public final void append(@Nullable Object value) {
        if (value == null) {
            appendNull();
        } else {
            validity.present();
            put(value);
        }
    }

    public final void appendNull() {
        validity.absent();
        putAbsent();
    }

    /** Slots so far. */
    public final int size() {
        return validity.size();
    }

    /** The vector; the builder must not be used afterwards. */
    public abstract Vector build();

    abstract void put(Object value);

    abstract void putAbsent();

    private static VectorBuilder decimal(Types.DecimalType type, int capacity) {
        return type.precision() <= PhysicalForm.LONG_DECIMAL_PRECISION_MAX
                ? new FlatBuilder.LongDecimals(capacity, type.scale())
                : new FlatBuilder.WideDecimals(capacity, type.scale());
    }
}
