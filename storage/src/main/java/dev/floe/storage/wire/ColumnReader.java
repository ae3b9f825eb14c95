package dev.floe.storage.wire;

import com.google.protobuf.ByteString;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.NullVectors;
import dev.floe.storage.column.PhysicalForm;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.wire.v1.Column;
import dev.floe.wire.v1.PhysicalType;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Reads one wire column into a vector of an Iceberg type, checking every length, offset and code. */
final class ColumnReader {
    private static final int DEPTH_MAX = 16;

    private final int slotsMax;
    private long slots;

    ColumnReader(int slotsMax) {
        this.slotsMax = slotsMax;
    }

    Vector read(Column column, Type type, int size, String path, int depth) {
        if (depth > DEPTH_MAX) {
            throw malformed(path, "it nests deeper than " + DEPTH_MAX);
        }
        count(size, path, depth);
        Validity validity = validity(column.getValidity(), size, path);
        return switch (type.typeId()) {
            case BOOLEAN -> booleans(column, size, validity, path);
            case INTEGER, DATE ->
                new IntVector(
                        LittleEndian.toInts(values(column, PhysicalType.INT32, size, Integer.BYTES, path)),
                        size,
                        validity);
            case LONG -> longs(column, size, validity, path);
            case TIME, TIMESTAMP ->
                new LongVector(
                        LittleEndian.toLongs(values(column, PhysicalType.INT64, size, Long.BYTES, path)),
                        size,
                        validity);
            case FLOAT ->
                new FloatVector(
                        LittleEndian.toFloats(values(column, PhysicalType.FLOAT32, size, Float.BYTES, path)),
                        size,
                        validity);
            case DOUBLE -> doubles(column, size, validity, path);
            case DECIMAL ->
                ((Types.DecimalType) type).precision() <= PhysicalForm.LONG_DECIMAL_PRECISION_MAX
                        ? new LongVector(
                                LittleEndian.toLongs(values(column, PhysicalType.INT64, size, Long.BYTES, path)),
                                size,
                                validity)
                        : fixed(column, size, PhysicalForm.WIDE_DECIMAL_BYTES, validity, path);
            case UUID -> fixed(column, size, PhysicalForm.UUID_BYTES, validity, path);
            case STRING -> bytes(column, size, validity, path, true);
            case BINARY -> bytes(column, size, validity, path, false);
            case LIST -> list(column, type.asListType(), size, validity, path, depth);
            case MAP -> map(column, type.asMapType(), size, validity, path, depth);
            case STRUCT -> struct(column, type.asStructType(), size, validity, path, depth);
            default -> throw malformed(path, "no column has the type " + type);
        };
    }

    private static Vector booleans(Column column, int size, Validity validity, String path) {
        expect(column, PhysicalType.BITS, path);
        ByteString bits = column.getValues();
        if (bits.size() != (size + 7) / 8) {
            throw malformed(path, "values has " + bits.size() + " bytes for " + size + " bits");
        }
        boolean[] out = new boolean[size];
        for (int i = 0; i < size; i++) {
            out[i] = (bits.byteAt(i >>> 3) >>> (i & 7) & 1) != 0;
        }
        return new BooleanVector(out, size, validity);
    }

    private static Vector longs(Column column, int size, Validity validity, String path) {
        if (column.getPhysicalType() == PhysicalType.INT32) {
            int[] narrow = LittleEndian.toInts(values(column, PhysicalType.INT32, size, Integer.BYTES, path));
            long[] wide = new long[size];
            for (int i = 0; i < size; i++) {
                wide[i] = narrow[i];
            }
            return new LongVector(wide, size, validity);
        }
        return new LongVector(
                LittleEndian.toLongs(values(column, PhysicalType.INT64, size, Long.BYTES, path)), size, validity);
    }

    private static Vector doubles(Column column, int size, Validity validity, String path) {
        if (column.getPhysicalType() == PhysicalType.FLOAT32) {
            float[] narrow = LittleEndian.toFloats(values(column, PhysicalType.FLOAT32, size, Float.BYTES, path));
            double[] wide = new double[size];
            for (int i = 0; i < size; i++) {
                wide[i] = narrow[i];
            }
            return new DoubleVector(wide, size, validity);
        }
        return new DoubleVector(
                LittleEndian.toDoubles(values(column, PhysicalType.FLOAT64, size, Double.BYTES, path)), size, validity);
    }

    private static Vector fixed(Column column, int size, int width, Validity validity, String path) {
        if (column.getWidth() != width) {
            throw malformed(path, "width is " + column.getWidth() + ", not " + width);
        }
        return new FixedVector(
                values(column, PhysicalType.FIXED, size, width, path).toByteArray(), width, size, validity);
    }

    private static Vector bytes(Column column, int size, Validity validity, String path, boolean text) {
        expect(column, PhysicalType.BYTES, path);
        int dictionary = column.getDictionarySize();
        int slots = dictionary == 0 ? size : dictionary;
        if (dictionary < 0) {
            throw malformed(path, "dictionary_size is out of range");
        }
        byte[] data = column.getValues().toByteArray();
        int[] offsets = offsets(column.getOffsets(), slots, data.length, path);
        if (text) {
            Utf8.check(data, offsets, slots, dictionary == 0 ? validity : Validity.all(), path);
        }
        return dictionary == 0
                ? BytesVector.plain(offsets, data, size, validity)
                : BytesVector.dictionary(
                        offsets, data, dictionary, codes(column.getCodes(), size, dictionary, path), size, validity);
    }

    private static int[] codes(ByteString bytes, int size, int dictionary, String path) {
        int width = CodeWidth.of(dictionary);
        if (bytes.size() != (long) size * width) {
            throw malformed(path, "codes has " + bytes.size() + " bytes for " + size + " rows of " + width);
        }
        int[] codes;
        if (width == Integer.BYTES) {
            codes = LittleEndian.toInts(bytes);
        } else {
            codes = new int[size];
            for (int i = 0; i < size; i++) {
                codes[i] = bytes.byteAt(i * width) & 0xFF;
                if (width == 2) {
                    codes[i] |= (bytes.byteAt(i * width + 1) & 0xFF) << 8;
                }
            }
        }
        for (int code : codes) {
            if (code < 0 || code >= dictionary) {
                throw malformed(path, "code " + code + " is outside of the dictionary of " + dictionary);
            }
        }
        return codes;
    }

    private Vector list(Column column, Types.ListType type, int size, Validity validity, String path, int depth) {
        expect(column, PhysicalType.LIST, path);
        children(column, 1, path);
        Column elements = column.getChildren(0);
        int[] offsets = offsets(column.getOffsets(), size, elements.getLength(), path);
        Vector read = read(elements, type.elementType(), offsets[size], path + ".element", depth + 1);
        if (!type.isElementOptional()) {
            present(read, offsets[size], path + ".element");
        }
        return new ListVector(offsets, read, size, validity);
    }

    private Vector map(Column column, Types.MapType type, int size, Validity validity, String path, int depth) {
        expect(column, PhysicalType.MAP, path);
        children(column, 2, path);
        int[] offsets = offsets(column.getOffsets(), size, column.getChildren(0).getLength(), path);
        Vector keys = read(column.getChildren(0), type.keyType(), offsets[size], path + ".key", depth + 1);
        Vector values = read(column.getChildren(1), type.valueType(), offsets[size], path + ".value", depth + 1);
        present(keys, offsets[size], path + ".key");
        if (!type.isValueOptional()) {
            present(values, offsets[size], path + ".value");
        }
        return new MapVector(offsets, keys, values, size, validity);
    }

    private Vector struct(Column column, Types.StructType type, int size, Validity validity, String path, int depth) {
        expect(column, PhysicalType.STRUCT, path);
        List<Integer> ids = new ArrayList<>();
        List<Vector> children = new ArrayList<>();
        for (Types.NestedField field : type.fields()) {
            Column child = childOf(column, field);
            String childPath = path + "." + field.name();
            ids.add(field.fieldId());
            Vector read = child == null
                    ? absent(field.type(), size, childPath, depth + 1)
                    : read(child, field.type(), size, childPath, depth + 1);
            for (int row = 0; field.isRequired() && row < size; row++) {
                if (validity.isPresent(row) && read.isNull(row)) {
                    throw new FloeException(ErrorCode.MISSING_VALUE, "the required field is null")
                            .at(childPath)
                            .inRow(depth == 1 ? row : -1);
                }
            }
            children.add(read);
        }
        return new StructVector(ids, children, size, validity);
    }

    /** A field that nothing was sent of; no bytes of the batch stand behind it, so it is counted by what it takes. */
    private Vector absent(Type type, int size, String path, int depth) {
        long bytes = size * NullVectors.bytesEach(type);
        count(bytes / Long.BYTES + (bytes % Long.BYTES == 0 ? 0 : 1), path, depth);
        return VectorBuilder.nulls(type, size);
    }

    private void count(long more, String path, int depth) {
        slots += more;
        if (slots > slotsMax && depth > 1) {
            throw malformed(
                            path,
                            "it holds more than " + slotsMax + " nested values, counting fields that were left out")
                    .advise("send it in smaller batches");
        }
    }

    private static @Nullable Column childOf(Column column, Types.NestedField field) {
        for (Column child : column.getChildrenList()) {
            if (child.getFieldId() == field.fieldId()
                    || (child.getFieldId() == 0 && child.getName().equals(field.name()))) {
                return child;
            }
        }
        return null;
    }

    private static void present(Vector vector, int size, String path) {
        for (int i = 0; !vector.validity().isAll() && i < size; i++) {
            if (vector.isNull(i)) {
                throw new FloeException(ErrorCode.MISSING_VALUE, "a required nested value is null").at(path);
            }
        }
    }

    private static Validity validity(ByteString bytes, int size, String path) {
        if (bytes.isEmpty()) {
            return Validity.all();
        }
        if (bytes.size() != (size + 7) / 8) {
            throw malformed(path, "validity has " + bytes.size() + " bytes for " + size + " rows");
        }
        long[] words = new long[size / Long.SIZE + 1];
        for (int i = 0; i < bytes.size(); i++) {
            words[i >>> 3] |= (bytes.byteAt(i) & 0xFFL) << ((i & 7) * 8);
        }
        return Validity.of(words);
    }

    private static int[] offsets(ByteString bytes, int slots, int end, String path) {
        if (bytes.size() != (slots + 1L) * Integer.BYTES) {
            throw malformed(path, "offsets has " + bytes.size() + " bytes for " + slots + " slots");
        }
        int[] offsets = LittleEndian.toInts(bytes);
        int last = 0;
        for (int offset : offsets) {
            if (offset < last || offset > end) {
                throw malformed(path, "offset " + offset + " is not from " + last + " to " + end);
            }
            last = offset;
        }
        if (offsets[0] != 0 || last != end) {
            throw malformed(path, "offsets run from " + offsets[0] + " to " + last + ", not from 0 to " + end);
        }
        return offsets;
    }

    private static ByteString values(Column column, PhysicalType type, int size, int width, String path) {
        expect(column, type, path);
        if (column.getValues().size() != (long) size * width) {
            throw malformed(
                    path, "values has " + column.getValues().size() + " bytes for " + size + " slots of " + width);
        }
        return column.getValues();
    }

    private static void children(Column column, int count, String path) {
        if (column.getChildrenCount() != count) {
            throw malformed(path, "it has " + column.getChildrenCount() + " children, not " + count);
        }
    }

    private static void expect(Column column, PhysicalType type, String path) {
        if (column.getPhysicalType() != type) {
            throw new FloeException(
                            ErrorCode.WRONG_TYPE, "the buffer holds " + column.getPhysicalType() + ", not " + type)
                    .at(path)
                    .advise("describe the table to see its columns' types");
        }
    }

    private static FloeException malformed(String path, String what) {
        return new FloeException(ErrorCode.MALFORMED_BATCH, "the column's buffers don't fit: " + what).at(path);
    }
}
