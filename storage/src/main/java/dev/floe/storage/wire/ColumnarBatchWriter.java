package dev.floe.storage.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
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
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.Column;
import dev.floe.wire.v1.ColumnarBatch;
import dev.floe.wire.v1.PhysicalType;

/** Writes a batch in the columnar wire form, which the log keeps too. */
public final class ColumnarBatchWriter {
    private ColumnarBatchWriter() {}

    public static ColumnarBatch write(ColumnBatch batch) {
        ColumnarBatch.Builder out = ColumnarBatch.newBuilder()
                .setRowCount(batch.rowCount())
                .setOperations(UnsafeByteOperations.unsafeWrap(batch.operations()));
        for (int i = 0; i < batch.columns().size(); i++) {
            out.addColumns(
                    column(batch.columns().get(i)).setFieldId(batch.fieldIds().get(i)));
        }
        return out.build();
    }

    private static Column.Builder column(Vector vector) {
        Column.Builder out = Column.newBuilder().setValidity(validity(vector.validity(), vector.size()));
        int size = vector.size();
        if (vector instanceof BooleanVector booleans) {
            return out.setPhysicalType(PhysicalType.BITS).setValues(bits(booleans));
        }
        if (vector instanceof IntVector ints) {
            return out.setPhysicalType(PhysicalType.INT32).setValues(LittleEndian.ints(ints.values(), size));
        }
        if (vector instanceof LongVector longs) {
            return out.setPhysicalType(PhysicalType.INT64).setValues(LittleEndian.longs(longs.values(), size));
        }
        if (vector instanceof FloatVector floats) {
            return out.setPhysicalType(PhysicalType.FLOAT32).setValues(LittleEndian.floats(floats.values(), size));
        }
        if (vector instanceof DoubleVector doubles) {
            return out.setPhysicalType(PhysicalType.FLOAT64).setValues(LittleEndian.doubles(doubles.values(), size));
        }
        if (vector instanceof FixedVector fixed) {
            return out.setPhysicalType(PhysicalType.FIXED)
                    .setWidth(fixed.width())
                    .setValues(UnsafeByteOperations.unsafeWrap(fixed.data(), 0, size * fixed.width()));
        }
        return variable(out, vector, size);
    }

    private static Column.Builder variable(Column.Builder out, Vector vector, int size) {
        if (vector instanceof BytesVector bytes) {
            return bytes(out, bytes);
        }
        if (vector instanceof ListVector list) {
            return out.setPhysicalType(PhysicalType.LIST)
                    .setOffsets(LittleEndian.ints(list.offsets(), size + 1))
                    .addChildren(child(list.elements()));
        }
        if (vector instanceof MapVector map) {
            return out.setPhysicalType(PhysicalType.MAP)
                    .setOffsets(LittleEndian.ints(map.offsets(), size + 1))
                    .addChildren(child(map.keys()))
                    .addChildren(child(map.values()));
        }
        StructVector struct = (StructVector) vector;
        out.setPhysicalType(PhysicalType.STRUCT);
        for (int i = 0; i < struct.children().size(); i++) {
            out.addChildren(
                    child(struct.children().get(i)).setFieldId(struct.fieldIds().get(i)));
        }
        return out;
    }

    private static Column.Builder child(Vector vector) {
        return column(vector).setLength(vector.size());
    }

    private static Column.Builder bytes(Column.Builder out, BytesVector plain) {
        BytesVector vector = DictionaryEncoder.encode(plain);
        int[] codes = vector.codes();
        int slots = codes == null ? vector.size() : vector.dictionarySize();
        int end = vector.offsets()[slots];
        out.setPhysicalType(PhysicalType.BYTES)
                .setOffsets(LittleEndian.ints(vector.offsets(), slots + 1))
                .setValues(UnsafeByteOperations.unsafeWrap(vector.data(), 0, end));
        if (codes != null) {
            out.setDictionarySize(slots).setCodes(codes(codes, vector.size(), slots));
        }
        return out;
    }

    private static ByteString codes(int[] codes, int count, int dictionarySize) {
        if (dictionarySize > CodeWidth.TWO_BYTES_MAX) {
            return LittleEndian.ints(codes, count);
        }
        int width = CodeWidth.of(dictionarySize);
        byte[] out = new byte[count * width];
        for (int i = 0; i < count; i++) {
            out[i * width] = (byte) codes[i];
            if (width == 2) {
                out[i * width + 1] = (byte) (codes[i] >>> 8);
            }
        }
        return UnsafeByteOperations.unsafeWrap(out);
    }

    private static ByteString validity(Validity validity, int size) {
        long[] words = validity.words();
        if (words == null) {
            return ByteString.EMPTY;
        }
        byte[] out = new byte[(size + 7) / 8];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) (words[i >>> 3] >>> ((i & 7) * 8));
        }
        return UnsafeByteOperations.unsafeWrap(out);
    }

    private static ByteString bits(BooleanVector vector) {
        byte[] out = new byte[(vector.size() + 7) / 8];
        for (int i = 0; i < vector.size(); i++) {
            if (vector.value(i)) {
                out[i >>> 3] |= (byte) (1 << (i & 7));
            }
        }
        return UnsafeByteOperations.unsafeWrap(out);
    }
}
