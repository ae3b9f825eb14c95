package dev.floe.sql.exec;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Values of vectors in the types of Calcite's generated code, and back.
 *
 * <p>Dates are days, times and timestamps microseconds (see {@code MicrosLowering}), binary a ByteString, a struct an
 * array.
 */
final class ColumnValues {
    private ColumnValues() {}

    static @Nullable Object read(Vector vector, Type type, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (type.typeId()) {
            case BOOLEAN -> ((BooleanVector) vector).value(row);
            case INTEGER, DATE -> ((IntVector) vector).value(row);
            case LONG, TIME, TIMESTAMP -> ((LongVector) vector).value(row);
            case FLOAT -> ((FloatVector) vector).value(row);
            case DOUBLE -> ((DoubleVector) vector).value(row);
            case BINARY -> {
                BytesVector bytes = (BytesVector) vector;
                int start = bytes.start(row);
                yield new ByteString(Arrays.copyOfRange(bytes.data(), start, start + bytes.length(row)));
            }
            case LIST -> list((ListVector) vector, (Types.ListType) type, row);
            case MAP -> map((MapVector) vector, (Types.MapType) type, row);
            case STRUCT -> struct((StructVector) vector, (Types.StructType) type, row);
            default -> ValueReader.value(vector, type, row);
        };
    }

    private static List<@Nullable Object> list(ListVector vector, Types.ListType type, int row) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = vector.offsets()[row]; i < vector.offsets()[row + 1]; i++) {
            elements.add(read(vector.elements(), type.elementType(), i));
        }
        return elements;
    }

    private static Map<@Nullable Object, @Nullable Object> map(MapVector vector, Types.MapType type, int row) {
        Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (int i = vector.offsets()[row]; i < vector.offsets()[row + 1]; i++) {
            entries.put(read(vector.keys(), type.keyType(), i), read(vector.values(), type.valueType(), i));
        }
        return entries;
    }

    private static @Nullable Object[] struct(StructVector vector, Types.StructType type, int row) {
        @Nullable Object[] values = new @Nullable Object[type.fields().size()];
        for (int i = 0; i < values.length; i++) {
            Types.NestedField field = type.fields().get(i);
            int child = vector.fieldIds().indexOf(field.fieldId());
            values[i] = child < 0 ? null : read(vector.children().get(child), field.type(), row);
        }
        return values;
    }

    /** Appends a value of generated code. Throws ArithmeticException where a decimal doesn't fit its type. */
    static void append(VectorBuilder builder, Type type, @Nullable Object value) {
        builder.append(value == null ? null : generic(type, value));
    }

    private static @Nullable Object generic(Type type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (type.typeId()) {
            case DECIMAL -> decimal((Types.DecimalType) type, (Number) value);
            case STRING -> value.toString();
            case BINARY -> ByteBuffer.wrap(((ByteString) value).getBytes());
            case LIST -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (Object element : (List<?>) value) {
                    elements.add(generic(((Types.ListType) type).elementType(), element));
                }
                yield elements;
            }
            case MAP -> {
                Types.MapType map = (Types.MapType) type;
                Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
                ((Map<?, ?>) value)
                        .forEach((k, v) -> entries.put(generic(map.keyType(), k), generic(map.valueType(), v)));
                yield entries;
            }
            case STRUCT -> {
                Types.StructType struct = (Types.StructType) type;
                GenericRecord record = GenericRecord.create(struct);
                Object[] values = value instanceof List<?> list ? list.toArray() : (Object[]) value;
                for (int i = 0; i < values.length; i++) {
                    record.set(i, generic(struct.fields().get(i).type(), values[i]));
                }
                yield record;
            }
            default -> value;
        };
    }

    private static BigDecimal decimal(Types.DecimalType type, Number value) {
        BigDecimal exact = value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString());
        BigDecimal scaled = exact.setScale(type.scale(), RoundingMode.HALF_UP);
        if (scaled.precision() > type.precision()) {
            throw new ArithmeticException(exact + " is beyond " + type);
        }
        return scaled;
    }
}
