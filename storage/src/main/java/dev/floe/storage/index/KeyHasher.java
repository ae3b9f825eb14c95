package dev.floe.storage.index;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Hashes keys: XXH3 with 128 bits over a canonical form that never changes.
 *
 * <p>The canonical form of a key is that of its columns, in the key's order; of a column, a byte 0 where the value is
 * null, else a byte 1 and, all numbers little-endian:
 *
 * <ul>
 *   <li>boolean: one byte, 0 or 1
 *   <li>int, long, date, time, timestamps: 8 bytes, so that int may widen to long
 *   <li>float, double: the 8 bytes of a double, with one zero and one NaN
 *   <li>decimal: the unscaled value in 16 bytes, so that the precision may grow
 *   <li>string, binary: the length in 4 bytes, then the bytes
 *   <li>uuid: its 16 bytes as written
 * </ul>
 *
 * <p>It depends on values only: not on dictionaries, on the vector's layout or on the rows around. One instance
 * serves one thread.
 */
public final class KeyHasher {
    private static final Hasher128 XXH3 = Hashing.xxh3_128();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int DECIMAL_BYTES = 16;

    private final List<Integer> keyFieldIds;
    private byte[] form = new byte[64];
    private int length;

    public KeyHasher(List<Integer> keyFieldIds) {
        this.keyFieldIds = List.copyOf(keyFieldIds);
    }

    /**
     * Hashes every row of a batch.
     *
     * @param types the type of each key column as the batch has it
     */
    public KeyHashes hash(ColumnBatch batch, List<Type> types) {
        List<@Nullable Vector> columns = new ArrayList<>();
        for (int fieldId : keyFieldIds) {
            columns.add(batch.column(fieldId));
        }
        return hash(columns, types, batch.rowCount());
    }

    /** Hashes rows of key columns, in the key's order; an absent column is null in every row. */
    public KeyHashes hash(List<? extends @Nullable Vector> columns, List<Type> types, int rows) {
        KeyHashes hashes = new KeyHashes(rows);
        for (int row = 0; row < rows; row++) {
            length = 0;
            for (int c = 0; c < columns.size(); c++) {
                append(columns.get(c), types.get(c), row);
            }
            HashValue128 hash = XXH3.hashBytesTo128Bits(form, 0, length);
            hashes.set(row, hash.getMostSignificantBits(), hash.getLeastSignificantBits());
        }
        return hashes;
    }

    private void append(@Nullable Vector column, Type type, int row) {
        ensure(1);
        if (column == null || column.isNull(row)) {
            form[length++] = 0;
            return;
        }
        form[length++] = 1;
        if (column instanceof LongVector longs) {
            appendLong(longs.value(row));
            if (type.typeId() == Type.TypeID.DECIMAL) {
                appendLong(longs.value(row) >> (Long.SIZE - 1));
            }
        } else if (column instanceof IntVector ints) {
            appendLong(ints.value(row));
        } else if (column instanceof BytesVector bytes) {
            appendBytes(bytes.data(), bytes.start(row), bytes.length(row));
        } else if (column instanceof FixedVector fixed) {
            appendFixed(fixed, type, row);
        } else if (column instanceof BooleanVector booleans) {
            ensure(1);
            form[length++] = (byte) (booleans.value(row) ? 1 : 0);
        } else if (column instanceof DoubleVector doubles) {
            appendLong(Double.doubleToLongBits(doubles.value(row) + 0.0));
        } else if (column instanceof FloatVector floats) {
            appendLong(Double.doubleToLongBits((double) floats.value(row) + 0.0));
        } else if (column instanceof ListVector || column instanceof MapVector || column instanceof StructVector) {
            throw new FloeException(ErrorCode.INVALID_TABLE, "a " + type + " can't be part of a key");
        }
    }

    private void appendFixed(FixedVector fixed, Type type, int row) {
        int width = fixed.width();
        int start = row * width;
        if (type.typeId() != Type.TypeID.DECIMAL) {
            ensure(width);
            System.arraycopy(fixed.data(), start, form, length, width);
            length += width;
            return;
        }
        byte sign = (byte) (fixed.data()[start] >> (Byte.SIZE - 1));
        ensure(DECIMAL_BYTES);
        for (int i = 0; i < DECIMAL_BYTES; i++) {
            form[length++] = i < width ? fixed.data()[start + width - 1 - i] : sign;
        }
    }

    private void appendLong(long value) {
        ensure(Long.BYTES);
        LONGS.set(form, length, value);
        length += Long.BYTES;
    }

    private void appendBytes(byte[] data, int start, int count) {
        ensure(Integer.BYTES + count);
        INTS.set(form, length, count);
        System.arraycopy(data, start, form, length + Integer.BYTES, count);
        length += Integer.BYTES + count;
    }

    private void ensure(int more) {
        if (length + more > form.length) {
            form = Arrays.copyOf(form, Math.max(length + more, form.length * 2));
        }
    }
}
