package dev.floe.sql.arrow;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Columns as the nodes and buffers of an Arrow record batch, each column before its children.
 *
 * <p>Storage's vectors have Arrow's layout but for decimals, which Arrow keeps little endian, and dictionaries, which
 * are spelled out. Holds the buffers until it is closed.
 */
public final class ArrowColumns implements AutoCloseable {
    private static final int DECIMAL_BYTES = 16;

    private final BufferAllocator allocator;
    private final List<ArrowFieldNode> nodes = new ArrayList<>();
    private final List<ArrowBuf> buffers = new ArrayList<>();

    public ArrowColumns(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** The caller closes the batch; it keeps the buffers beyond this. */
    public ArrowRecordBatch batch(int rowCount) {
        return new ArrowRecordBatch(rowCount, nodes, buffers);
    }

    public void add(Vector vector, Type type) {
        int size = vector.size();
        node(vector);
        if (vector instanceof BooleanVector booleans) {
            put(bits(size, booleans::value));
        } else if (vector instanceof IntVector ints) {
            ints(ints.values(), size);
        } else if (vector instanceof LongVector longs) {
            longs(longs, type);
        } else if (vector instanceof FloatVector floats) {
            ByteBuffer out = buffer(size, Float.BYTES);
            out.asFloatBuffer().put(floats.values(), 0, size);
            put(out);
        } else if (vector instanceof DoubleVector doubles) {
            ByteBuffer out = buffer(size, Double.BYTES);
            out.asDoubleBuffer().put(doubles.values(), 0, size);
            put(out);
        } else if (vector instanceof FixedVector fixed) {
            fixed(fixed, type);
        } else if (vector instanceof BytesVector bytes) {
            bytes(bytes);
        } else {
            nested(vector, type);
        }
    }

    private void nested(Vector vector, Type type) {
        if (vector instanceof ListVector list) {
            ints(list.offsets(), offsetCount(list.size()));
            add(list.elements(), type.asListType().elementType());
            return;
        }
        if (vector instanceof MapVector map) {
            ints(map.offsets(), offsetCount(map.size()));
            Types.MapType types = type.asMapType();
            entries(map.keys().size());
            add(map.keys(), types.keyType());
            add(map.values(), types.valueType());
            return;
        }
        StructVector struct = (StructVector) vector;
        for (Types.NestedField field : type.asStructType().fields()) {
            int child = struct.fieldIds().indexOf(field.fieldId());
            Vector values = child < 0
                    ? VectorBuilder.nulls(field.type(), struct.size())
                    : struct.children().get(child);
            add(values, field.type());
        }
    }

    /** A map's pairs are a struct without absent slots. */
    private void entries(int size) {
        nodes.add(new ArrowFieldNode(size, 0));
        put(buffer(0, 1));
    }

    private static int offsetCount(int size) {
        return size + 1;
    }

    private void node(Vector vector) {
        int size = vector.size();
        Validity validity = vector.validity();
        int absent = 0;
        for (int i = 0; !validity.isAll() && i < size; i++) {
            absent += validity.isPresent(i) ? 0 : 1;
        }
        nodes.add(new ArrowFieldNode(size, absent));
        put(absent == 0 ? buffer(0, 1) : bits(size, validity::isPresent));
    }

    private interface BitSource {
        boolean isSet(int index);
    }

    private static ByteBuffer bits(int size, BitSource source) {
        ByteBuffer out = buffer((size + 7) / 8, 1);
        for (int i = 0; i < size; i++) {
            if (source.isSet(i)) {
                int at = i >>> 3;
                out.put(at, (byte) (out.get(at) | 1 << (i & 7)));
            }
        }
        return out;
    }

    private void ints(int[] values, int count) {
        ByteBuffer out = buffer(count, Integer.BYTES);
        out.asIntBuffer().put(values, 0, count);
        put(out);
    }

    private void longs(LongVector vector, Type type) {
        int size = vector.size();
        if (!(type instanceof Types.DecimalType)) {
            ByteBuffer out = buffer(size, Long.BYTES);
            out.asLongBuffer().put(vector.values(), 0, size);
            put(out);
            return;
        }
        ByteBuffer out = buffer(size, DECIMAL_BYTES);
        for (int i = 0; i < size; i++) {
            long unscaled = vector.value(i);
            out.putLong(unscaled).putLong(unscaled >> (Long.SIZE - 1));
        }
        put(out.flip());
    }

    private void fixed(FixedVector vector, Type type) {
        int width = vector.width();
        byte[] out = Arrays.copyOf(vector.data(), Math.multiplyExact(vector.size(), width));
        if (type instanceof Types.DecimalType) {
            reverse(out, width);
        }
        put(ByteBuffer.wrap(out));
    }

    private static void reverse(byte[] bytes, int width) {
        for (int slot = 0; slot < bytes.length; slot += width) {
            for (int i = 0; i < width / 2; i++) {
                byte left = bytes[slot + i];
                bytes[slot + i] = bytes[slot + width - 1 - i];
                bytes[slot + width - 1 - i] = left;
            }
        }
    }

    private void bytes(BytesVector vector) {
        int size = vector.size();
        int[] offsets = new int[offsetCount(size)];
        for (int i = 0; i < size; i++) {
            int length = vector.isNull(i) ? 0 : vector.length(i);
            offsets[i + 1] = Math.addExact(offsets[i], length);
        }
        ByteBuffer data = buffer(offsets[size], 1);
        for (int i = 0; i < size; i++) {
            data.put(vector.data(), vector.start(i), offsets[i + 1] - offsets[i]);
        }
        ints(offsets, offsets.length);
        put(data.flip());
    }

    private static ByteBuffer buffer(int count, int width) {
        return ByteBuffer.allocate(Math.multiplyExact(count, width)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void put(ByteBuffer bytes) {
        int size = bytes.remaining();
        ArrowBuf buf = allocator.buffer(size);
        buffers.add(buf);
        buf.setBytes(0, bytes);
        buf.writerIndex(size);
    }

    @Override
    public void close() {
        buffers.forEach(buf -> buf.getReferenceManager().release());
    }
}
