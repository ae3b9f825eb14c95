package dev.floe.sqlgateway.flight;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.error.ShownText;
import dev.floe.storage.arrow.ArrowArray;
import dev.floe.storage.arrow.ArrowBytes;
import dev.floe.storage.arrow.ArrowFrames;
import dev.floe.storage.arrow.ArrowType;
import dev.floe.storage.arrow.DecodedBytes;
import dev.floe.storage.column.BytesVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.apache.arrow.flatbuf.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Columns of bound parameters as values that {@link dev.floe.sqlgateway.value.TypedValues} takes. */
final class ParameterColumns {
    private static final long MILLIS_A_DAY = 86_400_000;
    private static final int SCALE_MAX = 76;

    private ParameterColumns() {}

    /** The value of each slot. */
    interface Column {
        @Nullable
        Object value(int slot);
    }

    static Column of(ArrowArray array, DecodedBytes decoded, ParameterMemory.Share memory) {
        Column present = present(array, decoded, memory);
        return slot -> array.isNull(slot) ? null : present.value(slot);
    }

    private static Column present(ArrowArray array, DecodedBytes decoded, ParameterMemory.Share memory) {
        if (array.field().indexType() != null) {
            throw unsupported(array, "a dictionary");
        }
        ByteBuffer values = array.values();
        ArrowType type = array.type();
        if (type instanceof ArrowType.Null) {
            return slot -> null;
        }
        if (type instanceof ArrowType.Bool) {
            return slot -> (values.get(slot >>> 3) >>> (slot & 7) & 1) == 1;
        }
        if (type instanceof ArrowType.Ints ints) {
            return slot -> integer(array, ints, slot);
        }
        if (type instanceof ArrowType.Floats floats && floats.bits() > Short.SIZE) {
            return floats.bits() == Float.SIZE
                    ? slot -> (double) values.getFloat(slot * Float.BYTES)
                    : slot -> values.getDouble(slot * Double.BYTES);
        }
        if (type instanceof ArrowType.Bytes bytes) {
            return bytes(array, bytes, decoded, memory);
        }
        if (type instanceof ArrowType.FixedBytes fixed) {
            return slot -> slice(values, slot, fixed.width());
        }
        if (type instanceof ArrowType.Decimals decimals && Math.abs((long) decimals.scale()) <= SCALE_MAX) {
            return slot -> decimal(slice(values, slot, decimals.width()), decimals.scale());
        }
        return time(array);
    }

    private static Object integer(ArrowArray array, ArrowType.Ints type, int slot) {
        long value = array.integer(type, slot);
        return value < 0 && !type.signed() ? new BigDecimal(Long.toUnsignedString(value)) : (Object) value;
    }

    private static Column bytes(
            ArrowArray array, ArrowType.Bytes type, DecodedBytes decoded, ParameterMemory.Share memory) {
        BytesVector vector = type.layout() == ArrowType.Layout.VIEWS
                ? ArrowBytes.views(array, decoded)
                : ArrowBytes.offsets(array, type.layout(), decoded);
        // a character takes up to two bytes
        memory.add(2L * vector.data().length);
        return type.text() ? slot -> text(vector, slot) : slot -> bytes(vector, slot);
    }

    private static byte[] bytes(BytesVector vector, int slot) {
        return Arrays.copyOfRange(vector.data(), vector.start(slot), vector.start(slot) + vector.length(slot));
    }

    private static String text(BytesVector vector, int slot) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(vector.data(), vector.start(slot), vector.length(slot)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FloeException(ErrorCode.INVALID_UTF8, "a bound text is no UTF-8", e)
                    .inRow(slot)
                    .advise("encode texts as UTF-8, or bind bytes");
        }
    }

    private static byte[] slice(ByteBuffer values, int slot, int width) {
        byte[] bytes = new byte[width];
        values.get(slot * width, bytes);
        return bytes;
    }

    private static BigDecimal decimal(byte[] littleEndian, int scale) {
        for (int i = 0; i < littleEndian.length / 2; i++) {
            byte left = littleEndian[i];
            littleEndian[i] = littleEndian[littleEndian.length - 1 - i];
            littleEndian[littleEndian.length - 1 - i] = left;
        }
        return new BigDecimal(new BigInteger(littleEndian), scale);
    }

    private static Column time(ArrowArray array) {
        ByteBuffer values = array.values();
        if (array.type() instanceof ArrowType.Dates dates) {
            return dates.millis()
                    ? slot -> LocalDate.ofEpochDay(Math.floorDiv(values.getLong(slot * Long.BYTES), MILLIS_A_DAY))
                    : slot -> LocalDate.ofEpochDay(values.getInt(slot * Integer.BYTES));
        }
        if (array.type() instanceof ArrowType.Times times) {
            long nanos = unit(times.unit()).getDuration().toNanos();
            return times.bits() == Integer.SIZE
                    ? slot -> LocalTime.ofNanoOfDay(values.getInt(slot * Integer.BYTES) * nanos)
                    : slot -> LocalTime.ofNanoOfDay(Math.multiplyExact(values.getLong(slot * Long.BYTES), nanos));
        }
        if (array.type() instanceof ArrowType.Timestamps timestamps) {
            ChronoUnit unit = unit(timestamps.unit());
            return timestamps.zone().isEmpty()
                    ? slot ->
                            instant(values, slot, unit).atOffset(ZoneOffset.UTC).toLocalDateTime()
                    : slot -> instant(values, slot, unit);
        }
        throw unsupported(array, "its type");
    }

    private static Instant instant(ByteBuffer values, int slot, ChronoUnit unit) {
        return Instant.EPOCH.plus(values.getLong(slot * Long.BYTES), unit);
    }

    private static ChronoUnit unit(short unit) {
        return switch (unit) {
            case TimeUnit.SECOND -> ChronoUnit.SECONDS;
            case TimeUnit.MILLISECOND -> ChronoUnit.MILLIS;
            case TimeUnit.MICROSECOND -> ChronoUnit.MICROS;
            case TimeUnit.NANOSECOND -> ChronoUnit.NANOS;
            default -> throw ArrowFrames.malformed("a time in the unit " + unit);
        };
    }

    private static FloeException unsupported(ArrowArray array, String what) {
        return new FloeException(
                        ErrorCode.UNSUPPORTED,
                        "the parameter " + ShownText.of(array.field().name()) + " can't be bound: " + what
                                + " fits no parameter")
                .advise("bind values of simple types, as the statement's parameter schema says");
    }
}
