package dev.floe.cli.ingest;

import dev.floe.client.ColumnType;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Which of Parquet's leaf types go into which columns, and how.
 *
 * <p>Only what loses nothing: a narrower number into a wider column, int64 into int and nanoseconds into microseconds
 * where each value fits. INT96 is read as the timestamp that old Spark and Impala mean by it.
 * Format: <a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md">LogicalTypes</a>.
 */
final class ParquetTypes {
    private static final long MICROS_A_MILLI = 1_000;
    private static final long NANOS_A_MICRO = 1_000;
    private static final long MICROS_A_DAY = 86_400_000_000L;
    private static final long JULIAN_DAY_OF_1970 = 2_440_588;
    private static final int INT96_BYTES = 12;
    private static final int LONG_PRECISION_MAX = 18;
    private static final int FIXED_BYTES = 16;

    private ParquetTypes() {}

    /** The conversion, null where the file's type does not go into the column's. */
    static @Nullable Conversion conversion(ColumnType type, PrimitiveType file) {
        if (type instanceof ColumnType.Decimal decimal) {
            return decimal(decimal, file);
        }
        if (!(type instanceof ColumnType.Primitive primitive)) {
            return null;
        }
        PrimitiveTypeName physical = file.getPrimitiveTypeName();
        LogicalTypeAnnotation logical = file.getLogicalTypeAnnotation();
        return switch (primitive) {
            case BOOLEAN -> physical == PrimitiveTypeName.BOOLEAN ? new Conversion.Bool() : null;
            case INT -> ints(physical, logical);
            case LONG -> longs(physical, logical);
            case FLOAT -> physical == PrimitiveTypeName.FLOAT ? new Conversion.Floats() : null;
            case DOUBLE -> doubles(physical, logical);
            case STRING -> isText(physical, logical) ? new Conversion.Bytes() : null;
            case BINARY -> isBytes(physical, logical) ? new Conversion.Bytes() : null;
            case UUID -> logical instanceof UUIDLogicalTypeAnnotation ? new Conversion.Fixed(Binary::getBytes) : null;
            case DATE -> logical instanceof DateLogicalTypeAnnotation ? new Conversion.Ints(Cell::int32) : null;
            case TIME -> logical instanceof TimeLogicalTypeAnnotation time ? micros(physical, time.getUnit()) : null;
            case TIMESTAMP, TIMESTAMPTZ -> timestamps(primitive == ColumnType.Primitive.TIMESTAMPTZ, physical, logical);
        };
    }

    /** A leaf's type as people write it, such as {@code int64 (TIMESTAMP(MICROS,true))}. */
    static String text(PrimitiveType file) {
        String physical = file.getPrimitiveTypeName().name().toLowerCase(Locale.ROOT);
        LogicalTypeAnnotation logical = file.getLogicalTypeAnnotation();
        return logical == null ? physical : physical + " (" + logical + ")";
    }

    private static @Nullable Conversion ints(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical) {
        if (!isWhole(logical)) {
            return null;
        }
        if (physical == PrimitiveTypeName.INT32) {
            return isUnsigned(logical, Integer.SIZE)
                    ? new Conversion.Ints(cell -> toInt(Integer.toUnsignedLong(cell.int32())))
                    : new Conversion.Ints(Cell::int32);
        }
        return physical == PrimitiveTypeName.INT64 && !isUnsigned(logical, Long.SIZE)
                ? new Conversion.Ints(cell -> toInt(cell.int64()))
                : null;
    }

    private static @Nullable Conversion longs(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical) {
        if (!isWhole(logical)) {
            return null;
        }
        if (physical == PrimitiveTypeName.INT32) {
            return isUnsigned(logical, Integer.SIZE)
                    ? new Conversion.Longs(cell -> Integer.toUnsignedLong(cell.int32()))
                    : new Conversion.Longs(Cell::int32);
        }
        if (physical != PrimitiveTypeName.INT64) {
            return null;
        }
        return isUnsigned(logical, Long.SIZE)
                ? new Conversion.Longs(cell -> notNegative(cell.int64()))
                : new Conversion.Longs(Cell::int64);
    }

    private static @Nullable Conversion doubles(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical) {
        if (physical == PrimitiveTypeName.DOUBLE) {
            return new Conversion.Doubles(Cell::float64);
        }
        if (physical == PrimitiveTypeName.FLOAT) {
            return new Conversion.Doubles(Cell::float32);
        }
        boolean exact = physical == PrimitiveTypeName.INT32 && isWhole(logical) && !isUnsigned(logical, Integer.SIZE);
        return exact ? new Conversion.Doubles(Cell::int32) : null;
    }

    private static @Nullable Conversion timestamps(
            boolean zoned, PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical) {
        if (physical == PrimitiveTypeName.INT96) {
            return new Conversion.Longs(cell -> int96(cell.binary()));
        }
        return logical instanceof TimestampLogicalTypeAnnotation timestamp && timestamp.isAdjustedToUTC() == zoned
                ? micros(physical, timestamp.getUnit())
                : null;
    }

    private static Conversion micros(PrimitiveTypeName physical, TimeUnit unit) {
        if (physical == PrimitiveTypeName.INT32) {
            return new Conversion.Longs(cell -> cell.int32() * MICROS_A_MILLI);
        }
        return switch (unit) {
            case MILLIS -> new Conversion.Longs(cell -> fromMillis(cell.int64()));
            case MICROS -> new Conversion.Longs(Cell::int64);
            case NANOS -> new Conversion.Longs(cell -> fromNanos(cell.int64()));
        };
    }

    /** A smaller scale is written out, a larger one or more digits than the column's are no fit. */
    private static @Nullable Conversion decimal(ColumnType.Decimal type, PrimitiveType file) {
        if (!(file.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal)
                || decimal.getScale() > type.scale()
                || decimal.getPrecision() - decimal.getScale() > type.precision() - type.scale()) {
            return null;
        }
        int zeros = type.scale() - decimal.getScale();
        boolean bytes = file.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
                || file.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        if (type.precision() > LONG_PRECISION_MAX) {
            return bytes ? new Conversion.Fixed(value -> sixteen(widened(value, zeros))) : null;
        }
        if (bytes) {
            return new Conversion.Longs(cell -> widened(cell.binary(), zeros).longValueExact());
        }
        long factor = BigInteger.TEN.pow(zeros).longValueExact();
        return file.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                ? new Conversion.Longs(cell -> cell.int32() * factor)
                : new Conversion.Longs(cell -> Math.multiplyExact(cell.int64(), factor));
    }

    private static BigInteger widened(Binary value, int zeros) {
        return new BigDecimal(new BigInteger(value.getBytes()))
                .scaleByPowerOfTen(zeros)
                .toBigIntegerExact();
    }

    private static byte[] sixteen(BigInteger unscaled) {
        byte[] least = unscaled.toByteArray();
        byte[] all = new byte[FIXED_BYTES];
        Arrays.fill(all, (byte) (unscaled.signum() < 0 ? -1 : 0));
        System.arraycopy(least, 0, all, FIXED_BYTES - least.length, least.length);
        return all;
    }

    private static boolean isWhole(@Nullable LogicalTypeAnnotation logical) {
        return logical == null || logical instanceof IntLogicalTypeAnnotation;
    }

    private static boolean isUnsigned(@Nullable LogicalTypeAnnotation logical, int bits) {
        return logical instanceof IntLogicalTypeAnnotation whole && !whole.isSigned() && whole.getBitWidth() == bits;
    }

    private static boolean isText(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical) {
        return physical == PrimitiveTypeName.BINARY
                && (logical == null
                        || logical.equals(LogicalTypeAnnotation.stringType())
                        || logical.equals(LogicalTypeAnnotation.enumType())
                        || logical.equals(LogicalTypeAnnotation.jsonType()));
    }

    private static boolean isBytes(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical) {
        boolean bytes = physical == PrimitiveTypeName.BINARY || physical == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        return bytes && (logical == null || logical.equals(LogicalTypeAnnotation.bsonType()));
    }

    private static int toInt(long value) {
        if ((int) value != value) {
            throw outOfRange(value + " is beyond an int", "declare the column as long");
        }
        return (int) value;
    }

    private static long notNegative(long value) {
        if (value < 0) {
            throw outOfRange(Long.toUnsignedString(value) + " is beyond a long", "send it as decimal(20,0) or text");
        }
        return value;
    }

    private static long fromMillis(long millis) {
        try {
            return Math.multiplyExact(millis, MICROS_A_MILLI);
        } catch (ArithmeticException e) {
            throw outOfRange(millis + " milliseconds are out of range", "keep it within the years 0001 to 9999");
        }
    }

    private static long fromNanos(long nanos) {
        if (nanos % NANOS_A_MICRO != 0) {
            throw outOfRange(nanos + " nanoseconds are finer than microseconds", "round them to whole microseconds");
        }
        return nanos / NANOS_A_MICRO;
    }

    /** Nanoseconds of the day, then the Julian day, little endian. */
    private static long int96(Binary value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != INT96_BYTES) {
            throw outOfRange("an int96 of " + bytes.remaining() + " bytes", "write the file anew");
        }
        long nanos = bytes.getLong();
        return (bytes.getInt() - JULIAN_DAY_OF_1970) * MICROS_A_DAY + fromNanos(nanos);
    }

    private static FloeException outOfRange(String what, String whatToDo) {
        return new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, what).advise(whatToDo);
    }
}
