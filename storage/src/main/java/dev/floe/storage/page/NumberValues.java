package dev.floe.storage.page;

import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import org.apache.iceberg.types.Type;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Values of 4 or 8 bytes, as their bits until the vector is complete. */
final class NumberValues extends PageValues {
    private final PrimitiveTypeName stored;
    private final Type type;
    private final int width;
    private final long[] dictionary;
    private long[] bits = new long[0];
    private byte[] plain = new byte[0];
    private int next;
    private int plainEnd;

    NumberValues(PrimitiveTypeName stored, Type type, NumberEntries dictionary) {
        this.stored = stored;
        this.type = type;
        this.width = width(stored);
        this.dictionary = dictionary.bits();
    }

    /** Bytes a value. */
    static int width(PrimitiveTypeName stored) {
        boolean narrow = stored == PrimitiveTypeName.INT32 || stored == PrimitiveTypeName.FLOAT;
        return narrow ? Integer.BYTES : Long.BYTES;
    }

    @Override
    void begin(int rows) {
        bits = new long[rows];
    }

    @Override
    void openPlain(byte[] bytes, int from, int end) {
        plain = bytes;
        next = from;
        plainEnd = end;
    }

    @Override
    void takePlain(int at, int count) {
        int from = next;
        skipPlain(count);
        decode(plain, from, width, bits, at, count);
    }

    @Override
    void skipPlain(int count) {
        if ((long) count * width > plainEnd - next) {
            throw new IllegalArgumentException("plain values are cut off");
        }
        next += count * width;
    }

    @Override
    void takeCodes(int[] codes, int first, int at, int count) {
        long[] known = dictionary;
        for (int i = 0; i < count; i++) {
            bits[at + i] = known[codes[first + i]];
        }
    }

    @Override
    void spread(int at, int count, int found, long[] present) {
        int left = found;
        for (int row = at + count - 1; row >= at; row--) {
            bits[row] = isSet(present, row) ? bits[at + --left] : 0;
        }
    }

    @Override
    Vector end(int rows, Validity validity) {
        return switch (type.typeId()) {
            case INTEGER, DATE -> {
                int[] values = new int[rows];
                for (int i = 0; i < rows; i++) {
                    values[i] = (int) bits[i];
                }
                yield new IntVector(values, rows, validity);
            }
            case FLOAT -> {
                float[] values = new float[rows];
                for (int i = 0; i < rows; i++) {
                    values[i] = Float.intBitsToFloat((int) bits[i]);
                }
                yield new FloatVector(values, rows, validity);
            }
            case DOUBLE -> new DoubleVector(doubles(rows), rows, validity);
            default -> new LongVector(bits, rows, validity);
        };
    }

    private double[] doubles(int rows) {
        double[] values = new double[rows];
        if (stored == PrimitiveTypeName.FLOAT) {
            for (int i = 0; i < rows; i++) {
                values[i] = Float.intBitsToFloat((int) bits[i]);
            }
        } else {
            for (int i = 0; i < rows; i++) {
                values[i] = Double.longBitsToDouble(bits[i]);
            }
        }
        return values;
    }

    /** Decodes plain values, which have to be there. */
    static void decode(byte[] plain, int from, int width, long[] out, int at, int count) {
        if (width == Integer.BYTES) {
            for (int i = 0; i < count; i++) {
                out[at + i] = (int) PageBuffer.INTS.get(plain, from + i * Integer.BYTES);
            }
        } else {
            for (int i = 0; i < count; i++) {
                out[at + i] = (long) PageBuffer.LONGS.get(plain, from + i * Long.BYTES);
            }
        }
    }
}
