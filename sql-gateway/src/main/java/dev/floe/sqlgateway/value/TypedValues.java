package dev.floe.sqlgateway.value;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.text.UuidText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Values as callers send them, taken into an Iceberg type where they fit it without loss.
 *
 * <p>Takes Boolean, Long, Double, BigDecimal, String, byte[], UUID and the java.time types; gives the Java types of
 * Iceberg's generic records. Throws WRONG_TYPE and VALUE_OUT_OF_RANGE. A double for a float is rounded.
 */
public final class TypedValues {
    private static final int SHOWN_CHARS_MAX = 60;
    private static final int TEXT_CHARS_MAX = 128;
    private static final int NANOS_A_MICRO = 1_000;
    private static final int YEAR_MAX = 9_999;

    private TypedValues() {}

    /** The value in the type; null stays null. */
    public static @Nullable Object fit(@Nullable Object value, Type type) {
        if (value == null) {
            return null;
        }
        return switch (type.typeId()) {
            case BOOLEAN -> as(Boolean.class, value, type);
            case INTEGER -> int32(value, type);
            case LONG -> int64(value, type);
            case FLOAT -> float32(value, type);
            case DOUBLE -> float64(value, type);
            case DECIMAL -> decimal(value, (Types.DecimalType) type);
            case STRING -> as(String.class, value, type);
            case BINARY -> ByteBuffer.wrap(as(byte[].class, value, type));
            case UUID -> uuid(value, type);
            case DATE -> date(value, type);
            case TIME -> time(value, type);
            case TIMESTAMP -> timestamp(value, (Types.TimestampType) type);
            case LIST, MAP, STRUCT, FIXED, TIMESTAMP_NANO, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY ->
                throw new FloeException(ErrorCode.UNSUPPORTED, "a value of type " + type + " can't be sent here")
                        .advise("compare parts of it by values of simple types");
        };
    }

    private static <T> T as(Class<T> wanted, Object value, Type type) {
        if (!wanted.isInstance(value)) {
            throw wrongType(value, type);
        }
        return wanted.cast(value);
    }

    private static Integer int32(Object value, Type type) {
        long number = int64(value, type);
        if (number != (int) number) {
            throw outOfRange(value, type);
        }
        return (int) number;
    }

    private static Long int64(Object value, Type type) {
        if (value instanceof Long number) {
            return number;
        }
        BigDecimal exact = value instanceof Double || value instanceof BigDecimal ? number(value, type) : null;
        if (exact == null) {
            throw wrongType(value, type);
        }
        if (!isWhole(exact) || !fitsLong(exact)) {
            throw outOfRange(value, type);
        }
        return exact.longValueExact();
    }

    /** Looks at digits alone, so that 1e999999999 costs nothing. */
    private static boolean isWhole(BigDecimal value) {
        return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
    }

    private static boolean fitsLong(BigDecimal value) {
        return value.signum() == 0
                || ((long) value.precision() - value.scale() <= 19
                        && value.toBigInteger().bitLength() < Long.SIZE);
    }

    private static Float float32(Object value, Type type) {
        double wide = float64(value, type);
        float rounded = (float) wide;
        if (Float.isInfinite(rounded) && !Double.isInfinite(wide)) {
            throw outOfRange(value, type);
        }
        return rounded;
    }

    private static Double float64(Object value, Type type) {
        if (value instanceof Double number) {
            return number;
        }
        if (value instanceof Long number) {
            double rounded = number;
            if (new BigDecimal(rounded).compareTo(BigDecimal.valueOf(number)) != 0) {
                throw outOfRange(value, type);
            }
            return rounded;
        }
        if (value instanceof BigDecimal number) {
            double rounded = number.doubleValue();
            if (Double.isInfinite(rounded)) {
                throw outOfRange(value, type);
            }
            return rounded;
        }
        throw wrongType(value, type);
    }

    private static BigDecimal decimal(Object value, Types.DecimalType type) {
        BigDecimal number = number(value, type);
        if (number.signum() == 0) {
            return BigDecimal.ZERO.setScale(type.scale());
        }
        boolean tooBig = (long) number.precision() - number.scale() > type.precision() - type.scale();
        if (tooBig || number.stripTrailingZeros().scale() > type.scale()) {
            throw outOfRange(value, type);
        }
        return number.setScale(type.scale(), RoundingMode.UNNECESSARY);
    }

    private static BigDecimal number(Object value, Type type) {
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        if (value instanceof Double number && Double.isFinite(number)) {
            return BigDecimal.valueOf(number);
        }
        if (value instanceof String text && text.length() <= TEXT_CHARS_MAX) {
            try {
                return new BigDecimal(text.trim());
            } catch (NumberFormatException e) {
                throw wrongType(value, type);
            }
        }
        throw wrongType(value, type);
    }

    private static UUID uuid(Object value, Type type) {
        if (value instanceof UUID uuid) {
            return uuid;
        }
        if (value instanceof byte[] bytes && bytes.length == 2 * Long.BYTES) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new UUID(buffer.getLong(), buffer.getLong());
        }
        if (value instanceof String text) {
            try {
                return UuidText.parse(text);
            } catch (IllegalArgumentException e) {
                throw wrongType(value, type);
            }
        }
        throw wrongType(value, type);
    }

    private static LocalDate date(Object value, Type type) {
        return inRange(parsed(LocalDate.class, value, type, LocalDate::parse), type);
    }

    private static LocalTime time(Object value, Type type) {
        LocalTime time = parsed(LocalTime.class, value, type, LocalTime::parse);
        checkMicros(time, value, type);
        return time;
    }

    private static Object timestamp(Object value, Types.TimestampType type) {
        if (type.shouldAdjustToUTC()) {
            OffsetDateTime time = value instanceof Instant instant
                    ? instant.atOffset(ZoneOffset.UTC)
                    : parsed(OffsetDateTime.class, value, type, text -> OffsetDateTime.parse(iso(text)));
            checkMicros(time, value, type);
            OffsetDateTime utc = time.withOffsetSameInstant(ZoneOffset.UTC);
            inRange(utc.toLocalDate(), type);
            return utc;
        }
        LocalDateTime time = parsed(LocalDateTime.class, value, type, text -> LocalDateTime.parse(iso(text)));
        checkMicros(time, value, type);
        inRange(time.toLocalDate(), type);
        return time;
    }

    private interface TextParser<T> {
        T parse(String text);
    }

    private static <T> T parsed(Class<T> wanted, Object value, Type type, TextParser<T> parser) {
        if (wanted.isInstance(value)) {
            return wanted.cast(value);
        }
        if (value instanceof String text && text.length() <= TEXT_CHARS_MAX) {
            try {
                return parser.parse(text);
            } catch (DateTimeException e) {
                throw wrongType(value, type);
            }
        }
        throw wrongType(value, type);
    }

    /** Also takes a space where ISO 8601 has a T. */
    private static String iso(String text) {
        return text.replace(' ', 'T');
    }

    private static LocalDate inRange(LocalDate date, Type type) {
        if (Math.abs(date.getYear()) > YEAR_MAX) {
            throw outOfRange(date, type);
        }
        return date;
    }

    private static void checkMicros(TemporalAccessor time, Object value, Type type) {
        if (time.get(ChronoField.NANO_OF_SECOND) % NANOS_A_MICRO != 0) {
            throw new FloeException(
                            ErrorCode.VALUE_OUT_OF_RANGE, shown(value) + " is finer than the microseconds of " + type)
                    .advise("round it to 6 digits after the second");
        }
    }

    private static FloeException wrongType(Object value, Type type) {
        return new FloeException(ErrorCode.WRONG_TYPE, shown(value) + " does not fit the type " + type)
                .advise("send a value of that type");
    }

    private static FloeException outOfRange(Object value, Type type) {
        return new FloeException(
                        ErrorCode.VALUE_OUT_OF_RANGE, shown(value) + " can't be held by the type " + type + " exactly")
                .advise("send a value within the type's range and precision");
    }

    private static String shown(Object value) {
        if (value instanceof byte[] bytes) {
            return "a binary of " + bytes.length + " bytes";
        }
        String text = value instanceof BigInteger || value instanceof BigDecimal || value instanceof Number
                ? "the number " + value
                : "'" + value + "'";
        return text.length() > SHOWN_CHARS_MAX ? text.substring(0, SHOWN_CHARS_MAX) + "..." : text;
    }
}
