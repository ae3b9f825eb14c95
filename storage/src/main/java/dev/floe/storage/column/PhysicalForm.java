package dev.floe.storage.column;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Constants and conversions of the physical forms that {@link Vector} lists. */
public final class PhysicalForm {
    /** Decimals up to this precision are longs, wider ones 16 bytes. */
    public static final int LONG_DECIMAL_PRECISION_MAX = 18;

    public static final int WIDE_DECIMAL_BYTES = 16;
    public static final int UUID_BYTES = 16;

    private PhysicalForm() {}

    /** Writes the unscaled value as 16 bytes, big endian, two's complement. */
    public static void putWideDecimal(BigDecimal value, byte[] out, int at) {
        byte[] unscaled = value.unscaledValue().toByteArray();
        byte sign = (byte) (unscaled[0] < 0 ? -1 : 0);
        int pad = WIDE_DECIMAL_BYTES - unscaled.length;
        for (int i = 0; i < pad; i++) {
            out[at + i] = sign;
        }
        System.arraycopy(unscaled, 0, out, at + pad, unscaled.length);
    }

    public static BigDecimal wideDecimal(byte[] data, int at, int scale) {
        return new BigDecimal(new BigInteger(data, at, WIDE_DECIMAL_BYTES), scale);
    }
}
