package dev.floe.storage.column;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Reads single values out of vectors, in the Java types of Iceberg's generic records. */
public final class ValueReader {
    private static final long NANOS_A_MICRO = 1_000;

    private ValueReader() {}

    /** The value of a row: Boolean, Integer, ..., String, ByteBuffer, UUID, LocalDate, OffsetDateTime, List, Record. */
    public static @Nullable Object value(Vector vector, Type type, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (type.typeId()) {
            case BOOLEAN -> ((BooleanVector) vector).value(row);
            case INTEGER -> ((IntVector) vector).value(row);
            case DATE -> LocalDate.ofEpochDay(((IntVector) vector).value(row));
            case LONG -> ((LongVector) vector).value(row);
            case TIME -> LocalTime.ofNanoOfDay(((LongVector) vector).value(row) * NANOS_A_MICRO);
            case TIMESTAMP ->
                timestamp(((LongVector) vector).value(row), ((Types.TimestampType) type).shouldAdjustToUTC());
            case FLOAT -> ((FloatVector) vector).value(row);
            case DOUBLE -> ((DoubleVector) vector).value(row);
            case STRING -> ((BytesVector) vector).text(row);
            case BINARY -> ByteBuffer.wrap(bytes((BytesVector) vector, row));
            case UUID -> uuid((FixedVector) vector, row);
            case DECIMAL -> decimal(vector, (Types.DecimalType) type, row);
            case LIST -> list((ListVector) vector, (Types.ListType) type, row);
            case MAP -> map((MapVector) vector, (Types.MapType) type, row);
            case STRUCT -> struct((StructVector) vector, (Types.StructType) type, row);
            default -> throw new IllegalArgumentException("no column has the type " + type);
        };
    }

    private static byte[] bytes(BytesVector vector, int row) {
        byte[] copy = new byte[vector.length(row)];
        System.arraycopy(vector.data(), vector.start(row), copy, 0, copy.length);
        return copy;
    }

    private static Object timestamp(long micros, boolean zoned) {
        Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        return zoned
                ? OffsetDateTime.ofInstant(instant, ZoneOffset.UTC)
                : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static UUID uuid(FixedVector vector, int row) {
        ByteBuffer bytes = ByteBuffer.wrap(vector.data(), row * PhysicalForm.UUID_BYTES, PhysicalForm.UUID_BYTES);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    private static BigDecimal decimal(Vector vector, Types.DecimalType type, int row) {
        return vector instanceof LongVector longs
                ? BigDecimal.valueOf(longs.value(row), type.scale())
                : PhysicalForm.wideDecimal(
                        ((FixedVector) vector).data(), row * PhysicalForm.WIDE_DECIMAL_BYTES, type.scale());
    }

    private static List<@Nullable Object> list(ListVector vector, Types.ListType type, int row) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = vector.offsets()[row]; i < vector.offsets()[row + 1]; i++) {
            elements.add(value(vector.elements(), type.elementType(), i));
        }
        return elements;
    }

    private static Map<@Nullable Object, @Nullable Object> map(MapVector vector, Types.MapType type, int row) {
        Map<@Nullable Object, @Nullable Object> pairs = new LinkedHashMap<>();
        for (int i = vector.offsets()[row]; i < vector.offsets()[row + 1]; i++) {
            pairs.put(value(vector.keys(), type.keyType(), i), value(vector.values(), type.valueType(), i));
        }
        return pairs;
    }

    private static GenericRecord struct(StructVector vector, Types.StructType type, int row) {
        GenericRecord record = GenericRecord.create(type);
        for (int i = 0; i < type.fields().size(); i++) {
            Types.NestedField field = type.fields().get(i);
            int child = vector.fieldIds().indexOf(field.fieldId());
            if (child >= 0) {
                record.set(i, value(vector.children().get(child), field.type(), row));
            }
        }
        return record;
    }
}
