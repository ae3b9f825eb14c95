package dev.floe.gateway.convert;

import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.Value;
import java.util.Arrays;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Collects the values of one column, one after another.
 *
 * <p>{@link #add} throws {@link BadValue} and may then hold a part of the value; the caller goes on with
 * {@link #addNull}, which completes the slot.
 */
abstract class ValueSink {
    private static final int SLOTS_AT_FIRST = 16;

    private long[] present;
    private boolean anyAbsent;
    private int size;

    ValueSink(int slots) {
        present = new long[(Math.max(slots, SLOTS_AT_FIRST) + 63) >>> 6];
    }

    static ValueSink of(Type type, int slots, SinkLimits limits) {
        return switch (type.typeId()) {
            case LIST -> new NestedSinks.Lists(type.asListType(), slots, limits);
            case MAP -> new NestedSinks.Maps(type.asMapType(), slots, limits);
            case STRUCT -> new NestedSinks.Structs(type.asStructType(), slots, limits);
            case BOOLEAN -> new FlatSinks.Booleans(slots);
            case INTEGER -> new FlatSinks.Ints(slots, RowValues::int32);
            case DATE -> new FlatSinks.Ints(slots, RowValues::date);
            case LONG -> new FlatSinks.Longs(slots, RowValues::int64);
            case TIME -> new FlatSinks.Longs(slots, RowValues::time);
            case TIMESTAMP -> {
                Types.TimestampType timestamp = (Types.TimestampType) type;
                yield new FlatSinks.Longs(slots, value -> RowValues.timestamp(value, timestamp));
            }
            case DECIMAL -> decimal((Types.DecimalType) type, slots);
            case FLOAT -> new FlatSinks.Floats(slots);
            case DOUBLE -> new FlatSinks.Doubles(slots);
            case STRING -> new FlatSinks.Bytes(slots, RowValues::text);
            case BINARY -> new FlatSinks.Bytes(slots, RowValues::binary);
            case UUID -> new FlatSinks.Uuids(slots);
            case FIXED, TIMESTAMP_NANO, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY ->
                throw new IllegalStateException("no table has columns of type " + type);
        };
    }

    private static ValueSink decimal(Types.DecimalType type, int slots) {
        return Decimals.isLong(type)
                ? new FlatSinks.Longs(
                        slots, value -> RowValues.decimal(value, type).longValueExact())
                : new FlatSinks.BigDecimals(slots, type);
    }

    /** Adds a value that is not null. */
    final void add(Value value) {
        put(value, size);
        if (size >>> 6 == present.length) {
            present = Arrays.copyOf(present, present.length * 2);
        }
        present[size >>> 6] |= 1L << size;
        size++;
    }

    /** Adds an absent slot. */
    final void addNull() {
        putNothing(size);
        if (size >>> 6 == present.length) {
            present = Arrays.copyOf(present, present.length * 2);
        }
        anyAbsent = true;
        size++;
    }

    /** Adds an absent slot where one is missing up to a size. */
    final void padTo(int slots) {
        while (size < slots) {
            addNull();
        }
    }

    final int size() {
        return size;
    }

    final Validity validity() {
        return anyAbsent ? Validity.of(present) : Validity.all();
    }

    /** Writes a value to a slot, or throws BadValue. */
    abstract void put(Value value, int slot);

    /** Makes an absent slot exist. */
    abstract void putNothing(int slot);

    /** What was collected; the sink must not be used again. */
    abstract Vector finish();
}
