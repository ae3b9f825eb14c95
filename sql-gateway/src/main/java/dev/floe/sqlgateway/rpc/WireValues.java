package dev.floe.sqlgateway.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
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
import dev.floe.storage.column.PhysicalForm;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.ListValue;
import dev.floe.wire.v1.MapValue;
import dev.floe.wire.v1.StructValue;
import dev.floe.wire.v1.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Single values between wire messages and columns. */
final class WireValues {
    private static final int DECIMAL_CHARS_MAX = 128;
    private static final long NANOS_A_MICRO = 1_000;
    private static final Value NULL = Value.getDefaultInstance();

    private WireValues() {}

    /** A row's value of a column. */
    static Value write(Vector vector, Type type, int row) {
        if (vector.isNull(row)) {
            return NULL;
        }
        Value.Builder out = Value.newBuilder();
        return switch (type.typeId()) {
            case BOOLEAN -> out.setBoolean(((BooleanVector) vector).value(row)).build();
            case INTEGER -> out.setInteger(((IntVector) vector).value(row)).build();
            case LONG -> out.setInteger(((LongVector) vector).value(row)).build();
            case FLOAT -> out.setFloating(((FloatVector) vector).value(row)).build();
            case DOUBLE -> out.setFloating(((DoubleVector) vector).value(row)).build();
            case DATE -> out.setDate(((IntVector) vector).value(row)).build();
            case TIME -> out.setTime(((LongVector) vector).value(row)).build();
            case TIMESTAMP -> timestamp(out, ((LongVector) vector).value(row), (Types.TimestampType) type);
            case STRING -> out.setTextBytes(bytes((BytesVector) vector, row)).build();
            case BINARY -> out.setBinary(bytes((BytesVector) vector, row)).build();
            case UUID -> out.setUuid(fixed((FixedVector) vector, row)).build();
            case DECIMAL ->
                out.setDecimal(decimal(vector, (Types.DecimalType) type, row)).build();
            case LIST ->
                out.setList(list((ListVector) vector, (Types.ListType) type, row))
                        .build();
            case MAP ->
                out.setMap(map((MapVector) vector, (Types.MapType) type, row)).build();
            case STRUCT ->
                out.setStruct(struct((StructVector) vector, (Types.StructType) type, row))
                        .build();
            case FIXED, TIMESTAMP_NANO, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY ->
                throw new FloeException(ErrorCode.UNSUPPORTED, "a result can't hold values of type " + type);
        };
    }

    private static Value timestamp(Value.Builder out, long micros, Types.TimestampType type) {
        return (type.shouldAdjustToUTC() ? out.setTimestamptz(micros) : out.setTimestamp(micros)).build();
    }

    private static ByteString bytes(BytesVector vector, int row) {
        return UnsafeByteOperations.unsafeWrap(vector.data(), vector.start(row), vector.length(row));
    }

    private static ByteString fixed(FixedVector vector, int row) {
        return UnsafeByteOperations.unsafeWrap(vector.data(), row * vector.width(), vector.width());
    }

    private static String decimal(Vector vector, Types.DecimalType type, int row) {
        BigDecimal value = vector instanceof LongVector longs
                ? BigDecimal.valueOf(longs.value(row), type.scale())
                : PhysicalForm.wideDecimal(
                        ((FixedVector) vector).data(), row * PhysicalForm.WIDE_DECIMAL_BYTES, type.scale());
        return value.toPlainString();
    }

    private static ListValue list(ListVector vector, Types.ListType type, int row) {
        ListValue.Builder out = ListValue.newBuilder();
        for (int i = vector.offsets()[row]; i < vector.offsets()[row + 1]; i++) {
            out.addElements(write(vector.elements(), type.elementType(), i));
        }
        return out.build();
    }

    private static MapValue map(MapVector vector, Types.MapType type, int row) {
        MapValue.Builder out = MapValue.newBuilder();
        for (int i = vector.offsets()[row]; i < vector.offsets()[row + 1]; i++) {
            out.addKeys(write(vector.keys(), type.keyType(), i));
            out.addValues(write(vector.values(), type.valueType(), i));
        }
        return out.build();
    }

    private static StructValue struct(StructVector vector, Types.StructType type, int row) {
        StructValue.Builder out = StructValue.newBuilder();
        for (Types.NestedField field : type.fields()) {
            int child = vector.fieldIds().indexOf(field.fieldId());
            out.addValues(child < 0 ? NULL : write(vector.children().get(child), field.type(), row));
        }
        return out.build();
    }

    /** What a caller sent, as a plain Java value. */
    static @Nullable Object read(Value value) {
        return switch (value.getKindCase()) {
            case BOOLEAN -> value.getBoolean();
            case INTEGER -> value.getInteger();
            case FLOATING -> value.getFloating();
            case TEXT -> value.getText();
            case BINARY -> value.getBinary().toByteArray();
            case UUID -> value.getUuid().toByteArray();
            case DECIMAL -> decimal(value.getDecimal());
            case DATE -> LocalDate.ofEpochDay(value.getDate());
            case TIME -> time(value.getTime());
            case TIMESTAMP -> LocalDateTime.ofInstant(instant(value.getTimestamp()), ZoneOffset.UTC);
            case TIMESTAMPTZ -> instant(value.getTimestamptz());
            case LIST, MAP, STRUCT ->
                throw new FloeException(ErrorCode.UNSUPPORTED, "a list, map or struct can't be sent here")
                        .advise("send values of simple types");
            case KIND_NOT_SET -> null;
        };
    }

    static List<@Nullable Object> readAll(List<Value> values) {
        List<@Nullable Object> read = new ArrayList<>(values.size());
        for (Value value : values) {
            read.add(read(value));
        }
        return read;
    }

    private static BigDecimal decimal(String text) {
        if (text.length() <= DECIMAL_CHARS_MAX) {
            try {
                return new BigDecimal(text);
            } catch (NumberFormatException e) {
                // falls through to the one message
            }
        }
        throw new FloeException(ErrorCode.WRONG_TYPE, "a decimal of " + text.length() + " characters can't be read")
                .advise("send plain or scientific notation, as in -12.50 or 1.25e1");
    }

    private static LocalTime time(long micros) {
        try {
            return LocalTime.ofNanoOfDay(Math.multiplyExact(micros, NANOS_A_MICRO));
        } catch (ArithmeticException | DateTimeException e) {
            throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, micros + " microseconds is no time of day", e)
                    .advise("send microseconds since midnight");
        }
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
