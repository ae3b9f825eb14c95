package dev.floe.client.rpc;

import com.google.protobuf.ByteString;
import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.client.StructFields;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.ListValue;
import dev.floe.wire.v1.MapValue;
import dev.floe.wire.v1.StructValue;
import dev.floe.wire.v1.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Single values between Java and the wire; {@link ColumnType} says which Java type stands for which column type. */
final class WireValues {
    private static final Value NULL = Value.getDefaultInstance();
    private static final int UUID_BYTES = 16;
    private static final long NANOS_A_MICRO = 1_000;
    private static final long MICROS_A_SECOND = 1_000_000;

    private WireValues() {}

    /** Throws WRONG_TYPE for a Java type that stands for no column type. */
    static Value value(@Nullable Object value) {
        if (value == null) {
            return NULL;
        }
        Value.Builder out = Value.newBuilder();
        if (value instanceof String text) {
            out.setText(text);
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            out.setInteger(((Number) value).longValue());
        } else if (value instanceof Double || value instanceof Float) {
            out.setFloating(((Number) value).doubleValue());
        } else if (value instanceof Boolean flag) {
            out.setBoolean(flag);
        } else if (value instanceof BigDecimal || value instanceof BigInteger) {
            out.setDecimal(value.toString());
        } else if (value instanceof byte[] bytes) {
            out.setBinary(ByteString.copyFrom(bytes));
        } else if (value instanceof UUID uuid) {
            ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits());
            out.setUuid(ByteString.copyFrom(bytes.flip()));
        } else if (!setTemporal(out, value) && !setNested(out, value)) {
            throw new FloeException(
                    ErrorCode.WRONG_TYPE, "a " + value.getClass().getName() + " stands for no column type");
        }
        return out.build();
    }

    private static boolean setTemporal(Value.Builder out, Object value) {
        if (value instanceof LocalDate date) {
            out.setDate(days(date));
        } else if (value instanceof LocalTime time) {
            out.setTime(wholeMicros(time.toNanoOfDay(), time));
        } else if (value instanceof LocalDateTime local) {
            out.setTimestamp(micros(local.toInstant(ZoneOffset.UTC)));
        } else if (value instanceof Instant instant) {
            out.setTimestamptz(micros(instant));
        } else if (value instanceof OffsetDateTime offset) {
            out.setTimestamptz(micros(offset.toInstant()));
        } else if (value instanceof ZonedDateTime zoned) {
            out.setTimestamptz(micros(zoned.toInstant()));
        } else {
            return false;
        }
        return true;
    }

    private static boolean setNested(Value.Builder out, Object value) {
        if (value instanceof List<?> list) {
            ListValue.Builder elements = ListValue.newBuilder();
            list.forEach(element -> elements.addElements(value(element)));
            out.setList(elements);
        } else if (value instanceof Map<?, ?> map) {
            MapValue.Builder pairs = MapValue.newBuilder();
            map.forEach((key, mapped) -> pairs.addKeys(value(key)).addValues(value(mapped)));
            out.setMap(pairs);
        } else if (value instanceof StructFields struct) {
            StructValue.Builder fields = StructValue.newBuilder();
            struct.fields().forEach((name, field) -> fields.addNames(name).addValues(value(field)));
            out.setStruct(fields);
        } else {
            return false;
        }
        return true;
    }

    private static int days(LocalDate date) {
        long days = date.toEpochDay();
        if (days != (int) days) {
            throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, date + " does not fit 32 bits of days");
        }
        return (int) days;
    }

    private static long micros(Instant instant) {
        try {
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), MICROS_A_SECOND),
                    wholeMicros(instant.getNano(), instant));
        } catch (ArithmeticException e) {
            throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, instant + " does not fit 64 bits of microseconds", e);
        }
    }

    private static long wholeMicros(long nanos, Object value) {
        if (nanos % NANOS_A_MICRO != 0) {
            throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, value + " is finer than microseconds")
                    .advise("truncate it to microseconds");
        }
        return nanos / NANOS_A_MICRO;
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** The Java value of a column of a result. */
    static @Nullable Object java(Value value, ColumnType type) {
        return switch (value.getKindCase()) {
            case KIND_NOT_SET -> null;
            case BOOLEAN -> value.getBoolean();
            case INTEGER ->
                type == ColumnType.Primitive.INT ? (Object) (int) value.getInteger() : (Object) value.getInteger();
            case FLOATING ->
                type == ColumnType.Primitive.FLOAT
                        ? (Object) (float) value.getFloating()
                        : (Object) value.getFloating();
            case TEXT -> value.getText();
            case BINARY -> value.getBinary().toByteArray();
            case DECIMAL -> new BigDecimal(value.getDecimal());
            case UUID -> {
                ByteBuffer bytes = value.getUuid().asReadOnlyByteBuffer();
                yield new UUID(bytes.getLong(), bytes.getLong());
            }
            case DATE -> LocalDate.ofEpochDay(value.getDate());
            case TIME -> LocalTime.ofNanoOfDay(value.getTime() * NANOS_A_MICRO);
            case TIMESTAMP -> LocalDateTime.ofInstant(instant(value.getTimestamp()), ZoneOffset.UTC);
            case TIMESTAMPTZ -> instant(value.getTimestamptz());
            case LIST -> list(value.getList().getElementsList(), type);
            case MAP -> map(value.getMap(), type);
            case STRUCT -> struct(value.getStruct(), type);
        };
    }

    private static List<@Nullable Object> list(List<Value> elements, ColumnType type) {
        ColumnType element =
                type instanceof ColumnType.ListOf list ? list.element().type() : type;
        List<@Nullable Object> out = new ArrayList<>(elements.size());
        elements.forEach(value -> out.add(java(value, element)));
        return out;
    }

    private static Map<@Nullable Object, @Nullable Object> map(MapValue map, ColumnType type) {
        Map<@Nullable Object, @Nullable Object> out = new LinkedHashMap<>();
        ColumnType key = type instanceof ColumnType.MapOf of ? of.key().type() : type;
        ColumnType mapped = type instanceof ColumnType.MapOf of ? of.value().type() : type;
        for (int i = 0; i < map.getKeysCount(); i++) {
            out.put(java(map.getKeys(i), key), java(map.getValues(i), mapped));
        }
        return out;
    }

    private static StructFields struct(StructValue struct, ColumnType type) {
        List<Column> fields = type instanceof ColumnType.Struct of ? of.fields() : List.of();
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        for (int i = 0; i < struct.getValuesCount(); i++) {
            String name = i < struct.getNamesCount()
                    ? struct.getNames(i)
                    : i < fields.size() ? fields.get(i).name() : Integer.toString(i);
            out.put(name, java(struct.getValues(i), fieldType(fields, name, type)));
        }
        return new StructFields(out);
    }

    private static ColumnType fieldType(List<Column> fields, String name, ColumnType otherwise) {
        for (Column field : fields) {
            if (field.name().equals(name)) {
                return field.type();
            }
        }
        return otherwise;
    }
}
