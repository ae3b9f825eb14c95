package dev.floe.sql.duckdb;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Copies DuckDB's Arrow vectors into Floe's, a buffer at a time where the forms agree. */
final class ArrowVectors {
    private static final int DECIMAL_BYTES = 16;
    private static final int LONG_DECIMAL_DIGITS = 18;

    private ArrowVectors() {}

    static Vector copy(FieldVector vector, Type type, int rows) {
        Validity validity = validity(vector, rows);
        return switch (type.typeId()) {
            case BOOLEAN -> new BooleanVector(booleans(vector, rows), rows, validity);
            case INTEGER, DATE -> {
                int[] values = new int[rows];
                data(vector, rows * Integer.BYTES).asIntBuffer().get(values);
                yield new IntVector(values, rows, validity);
            }
            case LONG, TIME, TIMESTAMP -> {
                long[] values = new long[rows];
                data(vector, rows * Long.BYTES).asLongBuffer().get(values);
                yield new LongVector(values, rows, validity);
            }
            case FLOAT -> {
                float[] values = new float[rows];
                data(vector, rows * Float.BYTES).asFloatBuffer().get(values);
                yield new FloatVector(values, rows, validity);
            }
            case DOUBLE -> {
                double[] values = new double[rows];
                data(vector, rows * Double.BYTES).asDoubleBuffer().get(values);
                yield new DoubleVector(values, rows, validity);
            }
            case DECIMAL ->
                decimals(data(vector, rows * DECIMAL_BYTES), ((Types.DecimalType) type).precision(), rows, validity);
            case STRING, BINARY -> bytes((BaseVariableWidthVector) vector, rows, validity);
            case UUID -> uuids((BaseVariableWidthVector) vector, type, rows);
            default -> throw new IllegalArgumentException("DuckDB returns no column of " + type + " here");
        };
    }

    private static ByteBuffer data(FieldVector vector, int bytes) {
        return buffer(vector.getDataBuffer(), bytes);
    }

    private static ByteBuffer buffer(ArrowBuf buffer, int bytes) {
        return bytes == 0 ? ByteBuffer.allocate(0) : buffer.nioBuffer(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Validity validity(FieldVector vector, int rows) {
        if (vector.getNullCount() == 0) {
            return Validity.all();
        }
        long[] words = new long[(rows + Long.SIZE - 1) / Long.SIZE];
        ByteBuffer bits = buffer(vector.getValidityBuffer(), (rows + Byte.SIZE - 1) / Byte.SIZE);
        for (int i = 0; i < bits.limit(); i++) {
            words[i / Long.BYTES] |= (bits.get(i) & 0xffL) << (i % Long.BYTES * Byte.SIZE);
        }
        return Validity.of(words);
    }

    private static boolean[] booleans(FieldVector vector, int rows) {
        ByteBuffer bits = data(vector, (rows + Byte.SIZE - 1) / Byte.SIZE);
        boolean[] values = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            values[row] = (bits.get(row / Byte.SIZE) >> (row % Byte.SIZE) & 1) != 0;
        }
        return values;
    }

    /** Arrow's are little endian, and 16 bytes always. */
    private static Vector decimals(ByteBuffer data, int precision, int rows, Validity validity) {
        if (precision <= LONG_DECIMAL_DIGITS) {
            long[] values = new long[rows];
            for (int row = 0; row < rows; row++) {
                values[row] = data.getLong(row * DECIMAL_BYTES);
            }
            return new LongVector(values, rows, validity);
        }
        ByteBuffer wide = ByteBuffer.allocate(rows * DECIMAL_BYTES);
        for (int row = 0; row < rows; row++) {
            wide.putLong(data.getLong(row * DECIMAL_BYTES + Long.BYTES)).putLong(data.getLong(row * DECIMAL_BYTES));
        }
        return new FixedVector(wide.array(), DECIMAL_BYTES, rows, validity);
    }

    private static BytesVector bytes(BaseVariableWidthVector vector, int rows, Validity validity) {
        int[] offsets = new int[rows + 1];
        if (rows > 0) {
            buffer(vector.getOffsetBuffer(), (rows + 1) * Integer.BYTES)
                    .asIntBuffer()
                    .get(offsets);
        }
        int first = offsets[0];
        byte[] data = new byte[offsets[rows] - first];
        if (data.length > 0) {
            vector.getDataBuffer().getBytes(first, data);
        }
        for (int i = 0; first != 0 && i < offsets.length; i++) {
            offsets[i] -= first;
        }
        return BytesVector.plain(offsets, data, rows, validity);
    }

    private static Vector uuids(BaseVariableWidthVector vector, Type type, int rows) {
        VectorBuilder builder = VectorBuilder.of(type, rows);
        for (int row = 0; row < rows; row++) {
            builder.append(
                    vector.isNull(row)
                            ? null
                            : UUID.fromString(new String(vector.get(row), StandardCharsets.US_ASCII)));
        }
        return builder.build();
    }
}
