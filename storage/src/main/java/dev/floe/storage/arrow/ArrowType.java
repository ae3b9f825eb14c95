package dev.floe.storage.arrow;

import com.google.flatbuffers.Table;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;

/** Arrow's types, as far as they map to columns without loss. */
public sealed interface ArrowType {
    /** No values at all. */
    record Null() implements ArrowType {}

    record Bool() implements ArrowType {}

    record Ints(int bits, boolean signed) implements ArrowType {}

    record Floats(int bits) implements ArrowType {}

    /** Strings or binaries, with offsets of 32 or 64 bits or as views. */
    record Bytes(boolean text, Layout layout) implements ArrowType {}

    record FixedBytes(int width) implements ArrowType {}

    record Dates(boolean millis) implements ArrowType {}

    record Times(int bits, short unit) implements ArrowType {}

    /** The zone is empty for timestamps without one. */
    record Timestamps(short unit, String zone) implements ArrowType {}

    record Decimals(int scale, int bits) implements ArrowType {}

    record Lists(boolean large) implements ArrowType {}

    record FixedLists(int length) implements ArrowType {}

    record Maps() implements ArrowType {}

    record Structs() implements ArrowType {}

    /** A type that columns can't hold. */
    record Other(String name) implements ArrowType {}

    /** How variable-length values lie in memory. */
    enum Layout {
        OFFSETS_32,
        OFFSETS_64,
        VIEWS
    }

    /** Bytes of a slot's value, for types that have one width in whole bytes; 0 for others. */
    default int width() {
        if (this instanceof Ints ints) {
            return ints.bits() / 8;
        }
        if (this instanceof Floats floats) {
            return floats.bits() / 8;
        }
        if (this instanceof FixedBytes fixed) {
            return fixed.width();
        }
        if (this instanceof Dates dates) {
            return dates.millis() ? Long.BYTES : Integer.BYTES;
        }
        if (this instanceof Times times) {
            return times.bits() / 8;
        }
        if (this instanceof Timestamps) {
            return Long.BYTES;
        }
        return this instanceof Decimals decimals ? decimals.bits() / 8 : 0;
    }

    static ArrowType of(Field field) {
        return switch (field.typeType()) {
            case Type.Null -> new Null();
            case Type.Bool -> new Bool();
            case Type.Int -> of(read(field, new Int()));
            case Type.FloatingPoint -> of(read(field, new FloatingPoint()));
            case Type.Utf8 -> new Bytes(true, Layout.OFFSETS_32);
            case Type.LargeUtf8 -> new Bytes(true, Layout.OFFSETS_64);
            case Type.Utf8View -> new Bytes(true, Layout.VIEWS);
            case Type.Binary -> new Bytes(false, Layout.OFFSETS_32);
            case Type.LargeBinary -> new Bytes(false, Layout.OFFSETS_64);
            case Type.BinaryView -> new Bytes(false, Layout.VIEWS);
            case Type.FixedSizeBinary ->
                new FixedBytes(read(field, new FixedSizeBinary()).byteWidth());
            case Type.Date -> new Dates(read(field, new Date()).unit() == DateUnit.MILLISECOND);
            case Type.Time -> {
                Time time = read(field, new Time());
                yield new Times(time.bitWidth(), time.unit());
            }
            case Type.Timestamp -> {
                Timestamp timestamp = read(field, new Timestamp());
                String zone = timestamp.timezone();
                yield new Timestamps(timestamp.unit(), zone == null ? "" : zone);
            }
            case Type.Decimal -> {
                Decimal decimal = read(field, new Decimal());
                yield new Decimals(decimal.scale(), decimal.bitWidth());
            }
            case Type.List -> new Lists(false);
            case Type.LargeList -> new Lists(true);
            case Type.FixedSizeList ->
                new FixedLists(read(field, new FixedSizeList()).listSize());
            case Type.Map -> new Maps();
            case Type.Struct_ -> new Structs();
            default -> new Other(name(field.typeType()));
        };
    }

    static ArrowType of(Int type) {
        return new Ints(type.bitWidth(), type.isSigned());
    }

    private static ArrowType of(FloatingPoint type) {
        return new Floats(
                switch (type.precision()) {
                    case Precision.HALF -> Short.SIZE;
                    case Precision.SINGLE -> Float.SIZE;
                    default -> Double.SIZE;
                });
    }

    private static <T extends Table> T read(Field field, T into) {
        if (field.type(into) == null) {
            throw new IndexOutOfBoundsException("a field without its type");
        }
        return into;
    }

    private static String name(byte type) {
        return type >= 0 && type < Type.names.length ? Type.names[type] : "number " + type;
    }
}
