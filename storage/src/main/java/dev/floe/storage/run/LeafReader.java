package dev.floe.storage.run;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.storage.page.ChunkReader;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Reads the values of a top-level column of a row group into vectors, widened to a type.
 *
 * <p>What {@link ChunkReader} knows is read a page at a time; this class takes the rest from parquet-java's reader, a
 * value at a time.
 */
final class LeafReader {
    private static final int LONG_DECIMAL_PRECISION_MAX = 18;
    private static final int WIDE_BYTES = 16;

    private final ColumnReader column;
    private final int rows;
    private final int definition;
    private final PrimitiveTypeName stored;
    private final long[] present;

    private LeafReader(ColumnReader column, int rows) {
        this.column = column;
        this.rows = rows;
        this.definition = column.getDescriptor().getMaxDefinitionLevel();
        this.stored = column.getDescriptor().getPrimitiveType().getPrimitiveTypeName();
        this.present = new long[(rows + Long.SIZE - 1) / Long.SIZE];
    }

    /** Begins to read a column; the function reads so many further rows. */
    static IntFunction<Vector> open(
            ColumnDescriptor column, BlockMetaData group, PageReadStore pages, ColumnReadStoreImpl store, Type type) {
        if (ChunkReader.knows(column, encodings(group, column), type)) {
            return new ChunkReader(column, pages.getPageReader(column), type)::read;
        }
        ColumnReader reader = store.getColumnReader(column);
        return rows -> read(reader, type, rows);
    }

    static Set<Encoding> encodings(BlockMetaData group, ColumnDescriptor column) {
        ColumnPath path = ColumnPath.get(column.getPath());
        for (ColumnChunkMetaData chunk : group.getColumns()) {
            if (chunk.getPath().equals(path)) {
                return chunk.getEncodings();
            }
        }
        throw new IllegalArgumentException("a row group has no column " + path);
    }

    static Vector read(ColumnReader column, Type type, int rows) {
        LeafReader reader = new LeafReader(column, rows);
        return switch (type.typeId()) {
            case BOOLEAN -> reader.booleans();
            case INTEGER, DATE -> reader.ints();
            case LONG, TIME, TIMESTAMP -> reader.longs();
            case FLOAT -> reader.floats();
            case DOUBLE -> reader.doubles();
            case STRING, BINARY -> reader.bytes();
            case UUID -> reader.wide();
            case DECIMAL ->
                ((Types.DecimalType) type).precision() <= LONG_DECIMAL_PRECISION_MAX ? reader.longs() : reader.wide();
            case FIXED, TIMESTAMP_NANO, STRUCT, LIST, MAP, VARIANT, UNKNOWN, GEOMETRY, GEOGRAPHY ->
                throw new IllegalArgumentException("a " + type + " is no key");
        };
    }

    private Vector booleans() {
        boolean[] values = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            if (isPresent(row)) {
                values[row] = column.getBoolean();
            }
            column.consume();
        }
        return new BooleanVector(values, rows, validity());
    }

    private Vector ints() {
        int[] values = new int[rows];
        for (int row = 0; row < rows; row++) {
            if (isPresent(row)) {
                values[row] = column.getInteger();
            }
            column.consume();
        }
        return new IntVector(values, rows, validity());
    }

    private Vector longs() {
        long[] values = new long[rows];
        for (int row = 0; row < rows; row++) {
            if (isPresent(row)) {
                values[row] = longValue();
            }
            column.consume();
        }
        return new LongVector(values, rows, validity());
    }

    private Vector floats() {
        float[] values = new float[rows];
        for (int row = 0; row < rows; row++) {
            if (isPresent(row)) {
                values[row] = column.getFloat();
            }
            column.consume();
        }
        return new FloatVector(values, rows, validity());
    }

    private Vector doubles() {
        double[] values = new double[rows];
        for (int row = 0; row < rows; row++) {
            if (isPresent(row)) {
                values[row] = stored == PrimitiveTypeName.FLOAT ? column.getFloat() : column.getDouble();
            }
            column.consume();
        }
        return new DoubleVector(values, rows, validity());
    }

    private Vector bytes() {
        int[] offsets = new int[rows + 1];
        byte[] data = new byte[rows * 8];
        for (int row = 0; row < rows; row++) {
            int end = offsets[row];
            if (isPresent(row)) {
                byte[] value = column.getBinary().getBytesUnsafe();
                if (end + value.length > data.length) {
                    data = Arrays.copyOf(data, Math.max(Math.addExact(end, value.length), data.length * 2));
                }
                System.arraycopy(value, 0, data, end, value.length);
                end += value.length;
            }
            offsets[row + 1] = end;
            column.consume();
        }
        return BytesVector.plain(offsets, data, rows, validity());
    }

    private Vector wide() {
        byte[] data = new byte[Math.multiplyExact(rows, WIDE_BYTES)];
        for (int row = 0; row < rows; row++) {
            if (isPresent(row)) {
                byte[] value = wideValue();
                int end = (row + 1) * WIDE_BYTES;
                System.arraycopy(value, 0, data, end - value.length, value.length);
                Arrays.fill(data, row * WIDE_BYTES, end - value.length, (byte) (value[0] >> (Byte.SIZE - 1)));
            }
            column.consume();
        }
        return new FixedVector(data, WIDE_BYTES, rows, validity());
    }

    private long longValue() {
        return stored == PrimitiveTypeName.INT32 ? column.getInteger() : column.getLong();
    }

    private byte[] wideValue() {
        if (stored == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY || stored == PrimitiveTypeName.BINARY) {
            Binary value = column.getBinary();
            return value.getBytesUnsafe();
        }
        return java.nio.ByteBuffer.allocate(Long.BYTES).putLong(longValue()).array();
    }

    private boolean isPresent(int row) {
        if (column.getCurrentDefinitionLevel() < definition) {
            return false;
        }
        present[row >>> 6] |= 1L << row;
        return true;
    }

    private Validity validity() {
        return definition == 0 ? Validity.all() : Validity.of(present);
    }
}
