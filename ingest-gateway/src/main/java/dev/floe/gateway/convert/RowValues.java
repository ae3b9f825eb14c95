package dev.floe.gateway.convert;

import dev.floe.core.text.UuidText;
import dev.floe.wire.v1.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.iceberg.types.Types;

/**
 * Single values of a row, taken into a column's type where they fit it without loss.
 *
 * <p>The one exception: a double sent to a float column is rounded to the nearest float, since many languages have no
 * other; a finite double beyond the floats is refused. NaN and infinities are values of float and double.
 */
final class RowValues {
    private static final int UUID_BYTES = 16;
    /** Casts back to the greatest long, which it is not. */
    private static final double TWO_TO_63 = 0x1p63;

    private RowValues() {}

    static boolean bool(Value value) {
        if (value.getKindCase() != Value.KindCase.BOOLEAN) {
            throw BadValue.wrongType(shown(value), "boolean");
        }
        return value.getBoolean();
    }

    static int int32(Value value) {
        long number = integer(value, "int");
        if (number != (int) number) {
            throw BadValue.outOfRange(
                    number + " is beyond an int", "keep it within 32 bits, or make the column a long");
        }
        return (int) number;
    }

    static long int64(Value value) {
        return integer(value, "long");
    }

    private static long integer(Value value, String type) {
        if (value.getKindCase() != Value.KindCase.INTEGER) {
            throw BadValue.wrongType(shown(value), type);
        }
        return value.getInteger();
    }

    static float float32(Value value) {
        if (value.getKindCase() == Value.KindCase.INTEGER) {
            float rounded = value.getInteger();
            if ((long) rounded != value.getInteger() || rounded == TWO_TO_63) {
                throw inexact(value, "float");
            }
            return rounded;
        }
        if (value.getKindCase() != Value.KindCase.FLOATING) {
            throw BadValue.wrongType(shown(value), "float");
        }
        double given = value.getFloating();
        float rounded = (float) given;
        if (Float.isInfinite(rounded) && !Double.isInfinite(given)) {
            throw BadValue.outOfRange(given + " is beyond a float", "make the column a double");
        }
        return rounded;
    }

    static double float64(Value value) {
        if (value.getKindCase() == Value.KindCase.INTEGER) {
            double rounded = value.getInteger();
            if ((long) rounded != value.getInteger() || rounded == TWO_TO_63) {
                throw inexact(value, "double");
            }
            return rounded;
        }
        if (value.getKindCase() != Value.KindCase.FLOATING) {
            throw BadValue.wrongType(shown(value), "double");
        }
        return value.getFloating();
    }

    private static BadValue inexact(Value value, String type) {
        return BadValue.outOfRange(
                value.getInteger() + " can't be held exactly by a " + type, "send it as a floating value");
    }

    static int date(Value value) {
        return switch (value.getKindCase()) {
            case DATE -> Ranges.date(value.getDate());
            case TEXT -> TemporalText.date(value.getText());
            default -> throw BadValue.wrongType(shown(value), "date");
        };
    }

    static long time(Value value) {
        return switch (value.getKindCase()) {
            case TIME -> Ranges.time(value.getTime());
            case TEXT -> TemporalText.time(value.getText());
            default -> throw BadValue.wrongType(shown(value), "time");
        };
    }

    static long timestamp(Value value, Types.TimestampType type) {
        boolean zoned = type.shouldAdjustToUTC();
        return switch (value.getKindCase()) {
            case TEXT -> zoned ? TemporalText.timestamptz(value.getText()) : TemporalText.timestamp(value.getText());
            case TIMESTAMP -> {
                if (zoned) {
                    throw BadValue.wrongType("a timestamp without zone", "timestamptz");
                }
                yield Ranges.timestamp(value.getTimestamp());
            }
            case TIMESTAMPTZ -> {
                if (!zoned) {
                    throw BadValue.wrongType("a timestamp with zone", "timestamp");
                }
                yield Ranges.timestamp(value.getTimestamptz());
            }
            default -> throw BadValue.wrongType(shown(value), zoned ? "timestamptz" : "timestamp");
        };
    }

    static BigInteger decimal(Value value, Types.DecimalType type) {
        return switch (value.getKindCase()) {
            case DECIMAL -> Decimals.unscaled(value.getDecimal(), type);
            case TEXT -> Decimals.unscaled(value.getText(), type);
            case INTEGER -> Decimals.unscaled(BigDecimal.valueOf(value.getInteger()), type);
            default -> throw BadValue.wrongType(shown(value), type.toString());
        };
    }

    static byte[] text(Value value) {
        if (value.getKindCase() != Value.KindCase.TEXT) {
            throw BadValue.wrongType(shown(value), "string");
        }
        return value.getTextBytes().toByteArray();
    }

    static byte[] binary(Value value) {
        if (value.getKindCase() != Value.KindCase.BINARY) {
            throw BadValue.wrongType(shown(value), "binary");
        }
        return value.getBinary().toByteArray();
    }

    /** The uuid's 16 bytes, big endian. */
    static UUID uuid(Value value) {
        if (value.getKindCase() == Value.KindCase.UUID && value.getUuid().size() == UUID_BYTES) {
            ByteBuffer bytes = value.getUuid().asReadOnlyByteBuffer();
            return new UUID(bytes.getLong(), bytes.getLong());
        }
        if (value.getKindCase() == Value.KindCase.TEXT) {
            try {
                return UuidText.parse(value.getText());
            } catch (IllegalArgumentException e) {
                // falls through to the one message
            }
        }
        throw BadValue.wrongType(shown(value), "uuid");
    }

    /** What a value is, cut to a length fit for a message. */
    static String shown(Value value) {
        return switch (value.getKindCase()) {
            case BOOLEAN -> "the boolean " + value.getBoolean();
            case INTEGER -> "the integer " + value.getInteger();
            case FLOATING -> "the floating " + value.getFloating();
            case TEXT -> "the text " + BadValue.shown(value.getText());
            case BINARY -> "a binary of " + value.getBinary().size() + " bytes";
            case DECIMAL -> "the decimal " + BadValue.shown(value.getDecimal());
            case UUID -> "a uuid of " + value.getUuid().size() + " bytes";
            case DATE -> "the date " + value.getDate();
            case TIME -> "the time " + value.getTime();
            case TIMESTAMP -> "the timestamp " + value.getTimestamp();
            case TIMESTAMPTZ -> "the timestamptz " + value.getTimestamptz();
            case LIST -> "a list of " + value.getList().getElementsCount();
            case MAP -> "a map of " + value.getMap().getKeysCount();
            case STRUCT -> "a struct of " + value.getStruct().getValuesCount();
            case KIND_NOT_SET -> "null";
        };
    }
}
