package dev.floe.storage.page;

import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import java.io.IOException;
import org.apache.iceberg.types.Type;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Values of 4 or 8 bytes, as their bits until the vector is complete. */
@SuppressWarnings("deprecation") // the successors of toByteArray want an allocator with a release
final class NumberValues extends PageValues {
    private final PrimitiveTypeName stored;
    private final Type type;
    private final int width;
    private long[] dictionary = new long[0];
    private long[] bits = new long[0];
    private byte[] plain = new byte[0];
    private int next;
    private int plainEnd;

    NumberValues(PrimitiveTypeName stored, Type type) {
        this.stored = stored;
        this.type = type;
        boolean narrow = stored == PrimitiveTypeName.INT32 || stored == PrimitiveTypeName.FLOAT;
        this.width = narrow ? Integer.BYTES : Long.BYTES;
    }

    @Override
    void takeDictionary(@Nullable DictionaryPage page) throws IOException {
        if (page == null) {
            return;
        }
        byte[] bytes = page.getBytes().toByteArray();
        if ((long) page.getDictionarySize() * width > bytes.length) {
            throw new IllegalArgumentException("a dictionary is cut off");
        }
        dictionary = new long[page.getDictionarySize()];
        openPlain(bytes, 0, bytes.length);
        decode(dictionary, 0, dictionary.length);
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
        decode(bits, at, count);
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

    private void decode(long[] out, int at, int count) {
        if ((long) count * width > plainEnd - next) {
            throw new IllegalArgumentException("plain values are cut off");
        }
        if (width == Integer.BYTES) {
            for (int i = 0; i < count; i++) {
                out[at + i] = (int) PageBuffer.INTS.get(plain, next + i * Integer.BYTES);
            }
        } else {
            for (int i = 0; i < count; i++) {
                out[at + i] = (long) PageBuffer.LONGS.get(plain, next + i * Long.BYTES);
            }
        }
        next += count * width;
    }
}
