package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.apache.iceberg.types.Types;

/** Decimals as the unscaled integers that columns hold. */
final class Decimals {
    /** Greatest precision whose unscaled value always fits 64 bits. */
    static final int LONG_PRECISION_MAX = 18;

    static final int FIXED_BYTES = 16;
    private static final int TEXT_CHARS_MAX = 128;

    private Decimals() {}

    /** Reads plain or scientific notation; bounded, so that 1e999999999 costs nothing. */
    static BigInteger unscaled(String text, Types.DecimalType type) {
        if (text.length() > TEXT_CHARS_MAX) {
            throw BadValue.wrongType(BadValue.shown(text), type.toString());
        }
        try {
            return unscaled(new BigDecimal(text), type);
        } catch (NumberFormatException e) {
            throw new BadValue(
                    ErrorCode.WRONG_TYPE,
                    BadValue.shown(text) + " can't be read as a decimal",
                    "send plain or scientific notation, as in -12.50 or 1.25e1");
        }
    }

    static BigInteger unscaled(BigDecimal value, Types.DecimalType type) {
        if (value.signum() == 0) {
            return BigInteger.ZERO;
        }
        long wholeDigits = (long) value.precision() - value.scale();
        if (wholeDigits > type.precision() - type.scale()) {
            throw BadValue.outOfRange(
                    BadValue.shown(value.toString()) + " has more than " + (type.precision() - type.scale())
                            + " digits before the point",
                    "keep it within " + type + ", or widen the column");
        }
        BigDecimal exact = value.scale() > type.scale() ? value.stripTrailingZeros() : value;
        if (exact.scale() > type.scale()) {
            throw BadValue.outOfRange(
                    BadValue.shown(value.toString()) + " has more than " + type.scale() + " digits after the point",
                    "round it to " + type);
        }
        return exact.setScale(type.scale()).unscaledValue();
    }

    static boolean isLong(Types.DecimalType type) {
        return type.precision() <= LONG_PRECISION_MAX;
    }

    /** Writes 16 bytes of big endian two's complement. */
    static void putFixed(BigInteger unscaled, byte[] out, int at) {
        byte[] minimal = unscaled.toByteArray();
        Arrays.fill(out, at, at + FIXED_BYTES - minimal.length, (byte) (unscaled.signum() < 0 ? -1 : 0));
        System.arraycopy(minimal, 0, out, at + FIXED_BYTES - minimal.length, minimal.length);
    }
}
