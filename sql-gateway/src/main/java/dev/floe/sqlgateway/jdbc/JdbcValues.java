package dev.floe.sqlgateway.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Values of results in the classes that Avatica's frames carry; nested ones as JSON text. */
final class JdbcValues {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final DateTimeFormatter TIMESTAMPTZ =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSXXX", Locale.ROOT);
    private static final int NANOS_A_MILLI = 1_000_000;
    private static final JsonFactory JSON = new JsonFactory();

    private JdbcValues() {}

    static @Nullable Object value(Vector vector, Type type, int row, TimeForm form) {
        Object value = ValueReader.value(vector, type, row);
        if (value instanceof LocalDate date) {
            return (int) date.toEpochDay();
        }
        if (value instanceof LocalTime time) {
            return form == TimeForm.MILLIS ? (Object) (int) (time.toNanoOfDay() / NANOS_A_MILLI) : TIME.format(time);
        }
        if (value instanceof LocalDateTime time) {
            return form == TimeForm.MILLIS
                    ? (Object) time.toInstant(ZoneOffset.UTC).toEpochMilli()
                    : TIMESTAMP.format(time);
        }
        if (value instanceof ByteBuffer bytes) {
            return bytes(bytes);
        }
        if (type.isNestedType() && value != null) {
            return json(value, type);
        }
        return value instanceof Boolean || value instanceof Number || value == null ? value : text(value);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static String text(Object value) {
        if (value instanceof OffsetDateTime time) {
            return TIMESTAMPTZ.format(time);
        }
        if (value instanceof LocalDateTime time) {
            return TIMESTAMP.format(time);
        }
        return value instanceof LocalTime time ? TIME.format(time) : value.toString();
    }

    private static String json(Object value, Type type) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            write(out, value, type);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, @Nullable Object value, Type type) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (type instanceof Types.ListType list) {
            out.writeStartArray();
            for (Object element : (List<?>) value) {
                write(out, element, list.elementType());
            }
            out.writeEndArray();
        } else if (type instanceof Types.MapType map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> pair : ((Map<?, ?>) value).entrySet()) {
                out.writeFieldName(text(pair.getKey()));
                write(out, pair.getValue(), map.valueType());
            }
            out.writeEndObject();
        } else if (type instanceof Types.StructType struct) {
            out.writeStartObject();
            for (int i = 0; i < struct.fields().size(); i++) {
                out.writeFieldName(struct.fields().get(i).name());
                write(
                        out,
                        ((StructLike) value).get(i, Object.class),
                        struct.fields().get(i).type());
            }
            out.writeEndObject();
        } else {
            writeScalar(out, value);
        }
    }

    private static void writeScalar(JsonGenerator out, Object value) throws IOException {
        if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Integer number) {
            out.writeNumber(number);
        } else if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof Float number) {
            out.writeNumber(number);
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            out.writeNumber(number.toPlainString());
        } else if (value instanceof ByteBuffer bytes) {
            out.writeString(Base64.getEncoder().encodeToString(bytes(bytes)));
        } else {
            out.writeString(text(value));
        }
    }
}
