package dev.floe.client.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.floe.client.Batch;
import dev.floe.client.ColumnarRows;
import dev.floe.client.ColumnarRows.ColumnData;
import dev.floe.client.Operation;
import dev.floe.wire.v1.ArrowBatch;
import dev.floe.wire.v1.Column;
import dev.floe.wire.v1.ColumnarBatch;
import dev.floe.wire.v1.PhysicalType;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a batch into its message. */
final class WireBatches {
    private static final int ONE_BYTE_CODES_MAX = 1 << 8;
    private static final int TWO_BYTE_CODES_MAX = 1 << 16;

    private WireBatches() {}

    static dev.floe.wire.v1.Batch batch(Batch batch, Operation operation) {
        dev.floe.wire.v1.Batch.Builder out = dev.floe.wire.v1.Batch.newBuilder().setOperation(operation(operation));
        if (batch instanceof Batch.Rows rows) {
            out.setRows(rows(rows.columns(), rows.rows()));
        } else if (batch instanceof Batch.Arrow arrow) {
            out.setArrow(ArrowBatch.newBuilder().setIpcStream(UnsafeByteOperations.unsafeWrap(arrow.ipcStream())));
        } else if (batch instanceof ColumnarRows columnar) {
            out.setColumnar(columnar(columnar));
        }
        return out.build();
    }

    static RowBatch rows(List<String> columns, List<@Nullable Object[]> rows) {
        RowBatch.Builder out = RowBatch.newBuilder().addAllColumns(columns);
        for (@Nullable Object[] row : rows) {
            Row.Builder values = Row.newBuilder();
            for (Object value : row) {
                values.addValues(WireValues.value(value));
            }
            out.addRows(values);
        }
        return out.build();
    }

    private static dev.floe.wire.v1.Operation operation(Operation operation) {
        return switch (operation) {
            case DEFAULT -> dev.floe.wire.v1.Operation.OPERATION_UNSPECIFIED;
            case APPEND -> dev.floe.wire.v1.Operation.APPEND;
            case UPSERT -> dev.floe.wire.v1.Operation.UPSERT;
            case DELETE -> dev.floe.wire.v1.Operation.DELETE;
        };
    }

    private static ColumnarBatch columnar(ColumnarRows rows) {
        ColumnarBatch.Builder out = ColumnarBatch.newBuilder().setRowCount(rows.rowCount());
        for (ColumnData column : rows.columns()) {
            out.addColumns(column(column, rows.rowCount()));
        }
        Operation[] operations = rows.operations();
        if (operations != null) {
            byte[] numbers = new byte[rows.rowCount()];
            for (int row = 0; row < numbers.length; row++) {
                numbers[row] = (byte) operation(operations[row]).getNumber();
            }
            out.setOperations(UnsafeByteOperations.unsafeWrap(numbers));
        }
        return out.build();
    }

    private static Column.Builder column(ColumnData column, int rows) {
        Column.Builder out = Column.newBuilder().setName(column.name());
        BitSet present = column.present();
        if (present != null) {
            byte[] bits = present.toByteArray();
            out.setValidity(UnsafeByteOperations.unsafeWrap(Arrays.copyOf(bits, (rows + 7) / 8)));
        }
        if (column instanceof ColumnarRows.Ints ints) {
            out.setPhysicalType(PhysicalType.INT32).setValues(ints(ints.values(), rows));
        } else if (column instanceof ColumnarRows.Longs longs) {
            ByteBuffer buffer = buffer(rows * Long.BYTES);
            buffer.asLongBuffer().put(longs.values(), 0, rows);
            out.setPhysicalType(PhysicalType.INT64).setValues(UnsafeByteOperations.unsafeWrap(buffer));
        } else if (column instanceof ColumnarRows.Floats floats) {
            ByteBuffer buffer = buffer(rows * Float.BYTES);
            buffer.asFloatBuffer().put(floats.values(), 0, rows);
            out.setPhysicalType(PhysicalType.FLOAT32).setValues(UnsafeByteOperations.unsafeWrap(buffer));
        } else if (column instanceof ColumnarRows.Doubles doubles) {
            ByteBuffer buffer = buffer(rows * Double.BYTES);
            buffer.asDoubleBuffer().put(doubles.values(), 0, rows);
            out.setPhysicalType(PhysicalType.FLOAT64).setValues(UnsafeByteOperations.unsafeWrap(buffer));
        } else if (column instanceof ColumnarRows.Booleans booleans) {
            out.setPhysicalType(PhysicalType.BITS).setValues(bits(booleans.values(), rows));
        } else if (column instanceof ColumnarRows.Bytes bytes) {
            out.setPhysicalType(PhysicalType.BYTES)
                    .setOffsets(ints(bytes.offsets(), rows + 1))
                    .setValues(UnsafeByteOperations.unsafeWrap(bytes.data(), 0, bytes.offsets()[rows]));
        } else if (column instanceof ColumnarRows.Coded coded) {
            dictionary(out, coded, rows);
        } else if (column instanceof ColumnarRows.Fixed fixed) {
            out.setPhysicalType(PhysicalType.FIXED)
                    .setWidth(fixed.width())
                    .setValues(UnsafeByteOperations.unsafeWrap(fixed.data(), 0, rows * fixed.width()));
        }
        return out;
    }

    private static void dictionary(Column.Builder out, ColumnarRows.Coded coded, int rows) {
        int[] offsets = new int[coded.dictionary().size() + 1];
        ByteString.Output values = ByteString.newOutput();
        for (int slot = 0; slot < coded.dictionary().size(); slot++) {
            byte[] utf8 = coded.dictionary().get(slot).getBytes(StandardCharsets.UTF_8);
            values.write(utf8, 0, utf8.length);
            offsets[slot + 1] = offsets[slot] + utf8.length;
        }
        out.setPhysicalType(PhysicalType.BYTES)
                .setDictionarySize(coded.dictionary().size())
                .setOffsets(ints(offsets, offsets.length))
                .setValues(values.toByteString())
                .setCodes(codes(coded.codes(), coded.dictionary().size(), rows));
    }

    private static ByteString codes(int[] codes, int dictionarySize, int rows) {
        if (dictionarySize <= ONE_BYTE_CODES_MAX) {
            byte[] narrow = new byte[rows];
            for (int row = 0; row < rows; row++) {
                narrow[row] = (byte) codes[row];
            }
            return UnsafeByteOperations.unsafeWrap(narrow);
        }
        if (dictionarySize <= TWO_BYTE_CODES_MAX) {
            ByteBuffer buffer = buffer(rows * Short.BYTES);
            for (int row = 0; row < rows; row++) {
                buffer.putShort((short) codes[row]);
            }
            return UnsafeByteOperations.unsafeWrap(buffer.flip());
        }
        return ints(codes, rows);
    }

    private static ByteString bits(boolean[] values, int rows) {
        byte[] bits = new byte[(rows + 7) / 8];
        for (int row = 0; row < rows; row++) {
            if (values[row]) {
                bits[row >>> 3] |= (byte) (1 << (row & 7));
            }
        }
        return UnsafeByteOperations.unsafeWrap(bits);
    }

    private static ByteString ints(int[] values, int count) {
        ByteBuffer buffer = buffer(count * Integer.BYTES);
        buffer.asIntBuffer().put(values, 0, count);
        return UnsafeByteOperations.unsafeWrap(buffer);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
