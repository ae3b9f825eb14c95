package dev.floe.gateway.convert;

import dev.floe.storage.arrow.ArrowArray;
import dev.floe.storage.arrow.ArrowType;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Vector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Numbers out of Arrow's integers, floats and decimals. */
final class ArrowNumbers {
    private static final double TWO_TO_63 = 0x1p63;

    private ArrowNumbers() {}

    static Vector integers(ArrowArray array, Type type, Faults faults) {
        if (!(array.type() instanceof ArrowType.Ints from)) {
            throw ArrowVectors.wrongType(array, type);
        }
        int length = array.length();
        if (type.typeId() == Type.TypeID.INTEGER) {
            int[] values = new int[length];
            if (from.bits() == Integer.SIZE && from.signed()) {
                array.values().asIntBuffer().get(values);
                return new IntVector(values, length, array.validity());
            }
            for (int slot = 0; slot < length; slot++) {
                long value = array.integer(from, slot);
                values[slot] = (int) value;
                if (values[slot] != value && !array.isNull(slot)) {
                    faults.add(slot, beyond(value, from, type));
                }
            }
            return new IntVector(values, length, array.validity());
        }
        long[] values = new long[length];
        if (from.bits() == Long.SIZE && from.signed()) {
            array.values().asLongBuffer().get(values);
            return new LongVector(values, length, array.validity());
        }
        for (int slot = 0; slot < length; slot++) {
            values[slot] = array.integer(from, slot);
            if (values[slot] < 0 && !from.signed() && !array.isNull(slot)) {
                faults.add(slot, beyond(values[slot], from, type));
            }
        }
        return new LongVector(values, length, array.validity());
    }

    private static BadValue beyond(long value, ArrowType.Ints from, Type type) {
        String shown = from.signed() ? Long.toString(value) : Long.toUnsignedString(value);
        return BadValue.outOfRange(shown + " is beyond the type " + type, "widen the column");
    }

    static Vector floats(ArrowArray array, Type type, Faults faults) {
        int length = array.length();
        boolean single = type.typeId() == Type.TypeID.FLOAT;
        if (array.type() instanceof ArrowType.Floats from && from.bits() == (single ? Float.SIZE : Double.SIZE)) {
            if (single) {
                float[] values = new float[length];
                array.values().asFloatBuffer().get(values);
                return new FloatVector(values, length, array.validity());
            }
            double[] values = new double[length];
            array.values().asDoubleBuffer().get(values);
            return new DoubleVector(values, length, array.validity());
        }
        double[] values = new double[length];
        for (int slot = 0; slot < length; slot++) {
            if (!array.isNull(slot)) {
                try {
                    values[slot] = floating(array, slot, single, type);
                } catch (BadValue e) {
                    faults.add(slot, e);
                }
            }
        }
        if (!single) {
            return new DoubleVector(values, length, array.validity());
        }
        float[] narrow = new float[length];
        for (int slot = 0; slot < length; slot++) {
            narrow[slot] = (float) values[slot];
        }
        return new FloatVector(narrow, length, array.validity());
    }

    private static double floating(ArrowArray array, int slot, boolean single, Type type) {
        if (array.type() instanceof ArrowType.Ints from) {
            long value = array.integer(from, slot);
            double rounded = single ? (float) value : (double) value;
            boolean wrapped = value < 0 && !from.signed();
            if (wrapped || (long) rounded != value || rounded == TWO_TO_63) {
                throw beyond(value, from, type);
            }
            return rounded;
        }
        if (!(array.type() instanceof ArrowType.Floats from)) {
            throw ArrowVectors.wrongType(array, type);
        }
        double value = switch (from.bits()) {
            case Short.SIZE -> half(array.values().getShort(slot * Short.BYTES));
            case Float.SIZE -> array.values().getFloat(slot * Float.BYTES);
            default -> array.values().getDouble(slot * Double.BYTES);
        };
        if (single && Float.isInfinite((float) value) && !Double.isInfinite(value)) {
            throw BadValue.outOfRange(value + " is beyond a float", "make the column a double");
        }
        return value;
    }

    /** IEEE 754 binary16. */
    private static double half(short bits) {
        int exponent = bits >>> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        double magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24;
            case 0x1F -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> Math.scalb(1 + fraction * 0x1p-10, exponent - 15);
        };
        return bits < 0 ? -magnitude : magnitude;
    }

    static Vector decimals(ArrowArray array, Types.DecimalType type, Faults faults) {
        int length = array.length();
        boolean narrow = Decimals.isLong(type);
        long[] longs = new long[narrow ? length : 0];
        byte[] fixed = new byte[narrow ? 0 : length * Decimals.FIXED_BYTES];
        for (int slot = 0; slot < length; slot++) {
            if (array.isNull(slot)) {
                continue;
            }
            try {
                BigInteger unscaled = Decimals.unscaled(decimal(array, slot, type), type);
                if (narrow) {
                    longs[slot] = unscaled.longValueExact();
                } else {
                    Decimals.putFixed(unscaled, fixed, slot * Decimals.FIXED_BYTES);
                }
            } catch (BadValue e) {
                faults.add(slot, e);
            }
        }
        return narrow
                ? new LongVector(longs, length, array.validity())
                : new FixedVector(fixed, Decimals.FIXED_BYTES, length, array.validity());
    }

    private static BigDecimal decimal(ArrowArray array, int slot, Types.DecimalType type) {
        if (array.type() instanceof ArrowType.Ints from) {
            long value = array.integer(from, slot);
            return from.signed() ? BigDecimal.valueOf(value) : new BigDecimal(Long.toUnsignedString(value));
        }
        if (!(array.type() instanceof ArrowType.Decimals from)) {
            throw ArrowVectors.wrongType(array, type);
        }
        return new BigDecimal(littleEndian(array.values(), slot * from.width(), from.width()), from.scale());
    }

    private static BigInteger littleEndian(ByteBuffer values, int at, int width) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[width - 1 - i] = values.get(at + i);
        }
        return new BigInteger(bytes);
    }
}
