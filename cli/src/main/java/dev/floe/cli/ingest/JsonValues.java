package dev.floe.cli.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.client.StructFields;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON as values of their column's type; nothing is rounded, and text is no number. */
final class JsonValues {
    private JsonValues() {}

    /** The value, null for JSON's null; throws WRONG_TYPE or VALUE_OUT_OF_RANGE, blamed on the path. */
    static @Nullable Object value(String path, ColumnType type, JsonNode node) {
        if (node.isNull() || node.isMissingNode()) {
            return null;
        }
        if (type instanceof ColumnType.ListOf list) {
            return list(path, list, node);
        }
        if (type instanceof ColumnType.MapOf map) {
            return map(path, map, node);
        }
        if (type instanceof ColumnType.Struct struct) {
            return struct(path, struct, node);
        }
        if (type instanceof ColumnType.Decimal) {
            if (node.isNumber()) {
                return node.decimalValue();
            }
            return text(path, type, node);
        }
        return switch ((ColumnType.Primitive) type) {
            case BOOLEAN -> {
                if (!node.isBoolean()) {
                    throw wrongType(path, type, node);
                }
                yield node.booleanValue();
            }
            case INT, LONG -> whole(path, type, node);
            case FLOAT, DOUBLE -> floating(path, type, node);
            case BINARY -> Cells.base64(path, text(path, type, node));
            case STRING, UUID, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> text(path, type, node);
        };
    }

    private static Object whole(String path, ColumnType type, JsonNode node) {
        if (!node.isIntegralNumber()) {
            throw wrongType(path, type, node);
        }
        if (!node.canConvertToLong()) {
            throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, Cells.shown(node.asText()) + " is beyond a long")
                    .at(path);
        }
        return node.longValue();
    }

    private static Object floating(String path, ColumnType type, JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isNumber()) {
            return Cells.finite(path, node.doubleValue(), node.asText());
        }
        Double special = node.isTextual() ? Cells.special(node.textValue()) : null;
        if (special == null) {
            throw wrongType(path, type, node);
        }
        return special;
    }

    private static String text(String path, ColumnType type, JsonNode node) {
        if (!node.isTextual()) {
            throw wrongType(path, type, node);
        }
        return node.textValue();
    }

    private static List<@Nullable Object> list(String path, ColumnType.ListOf type, JsonNode node) {
        if (!node.isArray()) {
            throw wrongType(path, type, node);
        }
        List<@Nullable Object> out = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            out.add(value(path + "[" + i + "]", type.element().type(), Objects.requireNonNull(node.get(i))));
        }
        return out;
    }

    private static Map<Object, @Nullable Object> map(String path, ColumnType.MapOf type, JsonNode node) {
        if (!node.isObject()) {
            throw wrongType(path, type, node);
        }
        Map<Object, @Nullable Object> out = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String at = path + "[" + Cells.shown(entry.getKey()) + "]";
            Column key = new Column(0, at, type.key().type(), true, "");
            out.put(Cells.parse(key, entry.getKey()), value(at, type.value().type(), entry.getValue()));
        }
        return out;
    }

    private static StructFields struct(String path, ColumnType.Struct type, JsonNode node) {
        if (!node.isObject()) {
            throw wrongType(path, type, node);
        }
        Map<String, JsonNode> given = new HashMap<>();
        node.properties().forEach(field -> given.put(field.getKey(), field.getValue()));
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        for (Column field : type.fields()) {
            JsonNode value = given.remove(field.name());
            out.put(field.name(), value == null ? null : value(path + "." + field.name(), field.type(), value));
        }
        if (!given.isEmpty()) {
            String unknown = given.keySet().iterator().next();
            throw new FloeException(ErrorCode.UNKNOWN_COLUMN, "the struct has no field " + Cells.shown(unknown))
                    .at(path);
        }
        return new StructFields(out);
    }

    private static FloeException wrongType(String path, ColumnType type, JsonNode node) {
        String shown = switch (node.getNodeType()) {
            case STRING -> "the text " + Cells.shown(node.textValue());
            case NUMBER -> "the number " + Cells.shown(node.asText());
            case BOOLEAN -> "the boolean " + node.asText();
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case BINARY, MISSING, NULL -> "null";
        };
        return Cells.wrongType(path, shown, type);
    }
}
