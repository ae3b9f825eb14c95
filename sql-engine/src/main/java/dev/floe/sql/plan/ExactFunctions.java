package dev.floe.sql.plan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.calcite.linq4j.function.Strict;

/** Functions that fail where Calcite's own wrap around, or fail in words of Java's; generated code calls them. */
public final class ExactFunctions {
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");

    private ExactFunctions() {}

    @Strict
    public static byte absOfByte(byte value) {
        return inRange(Math.abs((int) value), Byte.MAX_VALUE, (byte) Math.abs((int) value));
    }

    @Strict
    public static short absOfShort(short value) {
        return inRange(Math.abs((int) value), Short.MAX_VALUE, (short) Math.abs((int) value));
    }

    private static <T> T inRange(int value, int max, T same) {
        if (value > max) {
            throw new ArithmeticException("overflow");
        }
        return same;
    }

    @Strict
    public static int absOfInt(int value) {
        return Math.absExact(value);
    }

    @Strict
    public static long absOfLong(long value) {
        return Math.absExact(value);
    }

    @Strict
    public static int roundOfInt(int value, int places) {
        return rounded(value, places).intValueExact();
    }

    @Strict
    public static long roundOfLong(long value, int places) {
        return rounded(value, places).longValueExact();
    }

    private static BigDecimal rounded(long value, int places) {
        boolean none = places < -Long.toString(Long.MAX_VALUE).length();
        return none ? BigDecimal.ZERO : BigDecimal.valueOf(value).setScale(Math.min(places, 0), RoundingMode.HALF_UP);
    }

    /** Generated code has no type for UUIDs. */
    @Strict
    public static String uuidText(Object value) {
        return value.toString();
    }

    /** The text, if a whole number is in it; {@code type} is what it is to be, up to {@code max}. */
    @Strict
    public static String whole(String text, String type, long max) {
        String number = text.trim();
        if (!WHOLE.matcher(number).matches()) {
            throw isNo("'" + text + "'", type);
        }
        BigDecimal value = new BigDecimal(number);
        boolean fits = value.compareTo(BigDecimal.valueOf(max)) <= 0
                && value.compareTo(BigDecimal.valueOf(-max).subtract(BigDecimal.ONE)) >= 0;
        if (!fits) {
            throw isNo("'" + text + "'", type);
        }
        return text;
    }

    /** The text, if a number is in it that may have a fraction and an exponent. */
    @Strict
    public static String number(String text, String type) {
        try {
            BigDecimal unused = new BigDecimal(text.trim());
        } catch (NumberFormatException e) {
            throw isNo("'" + text + "'", type);
        }
        return text;
    }

    /** The text, if Java reads a floating number, NaN or an infinity in it. */
    @Strict
    public static String floating(String text, String type) {
        try {
            double unused = Double.parseDouble(text.trim());
        } catch (NumberFormatException e) {
            throw isNo("'" + text + "'", type);
        }
        return text;
    }

    /** The text, if it is a UUID's. */
    @Strict
    public static String uuid(String text, String type) {
        try {
            UUID unused = UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw isNo("'" + text + "'", type);
        }
        return text;
    }

    /** The number, if it is one. */
    @Strict
    public static double finite(double value, String type) {
        if (!Double.isFinite(value)) {
            throw isNo(Double.toString(value), type);
        }
        return value;
    }

    private static FloeException isNo(String value, String type) {
        return new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, value + " is no " + type)
                .advise("correct the value, or leave such rows out by a condition");
    }

    /** True where the value is in the list, which knows that quickly. */
    @Strict
    public static boolean isAmong(Object value, List<?> values) {
        return values.contains(value);
    }
}
