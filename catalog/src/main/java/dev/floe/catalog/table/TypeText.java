package dev.floe.catalog.table;

import dev.floe.core.error.FloeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Types from text.
 *
 * <pre>
 *   type   = boolean | int | long | float | double | string | binary | uuid | date | time | timestamp | timestamptz
 *          | decimal ( precision , scale )
 *          | list &lt; type [required] &gt;
 *          | map &lt; type , type [required] &gt;
 *          | struct &lt; name : type [required] { , name : type [required] } &gt;
 *   name   = letters, digits, _ and - | "anything, with \" and \\"
 * </pre>
 */
public final class TypeText {
    private static final Map<String, Type> PRIMITIVES = new TreeMap<>(Map.ofEntries(
            Map.entry("boolean", Types.BooleanType.get()),
            Map.entry("int", Types.IntegerType.get()),
            Map.entry("long", Types.LongType.get()),
            Map.entry("float", Types.FloatType.get()),
            Map.entry("double", Types.DoubleType.get()),
            Map.entry("string", Types.StringType.get()),
            Map.entry("binary", Types.BinaryType.get()),
            Map.entry("uuid", Types.UUIDType.get()),
            Map.entry("date", Types.DateType.get()),
            Map.entry("time", Types.TimeType.get()),
            Map.entry("timestamp", Types.TimestampType.withoutZone()),
            Map.entry("timestamptz", Types.TimestampType.withZone())));
    private static final int DECIMAL_PRECISION_MAX = 38;

    private final String text;
    private final IntSupplier ids;
    private int at;

    private TypeText(String text, IntSupplier ids) {
        this.text = text;
        this.ids = ids;
    }

    /** Nested fields get placeholders for ids; throws INVALID_TABLE with the place in the text. */
    public static Type parse(String text) {
        int[] lastId = {0};
        return parse(text, () -> ++lastId[0]);
    }

    /** Nested fields get ids from {@code ids}; throws INVALID_TABLE with the place in the text. */
    static Type parse(String text, IntSupplier ids) {
        TypeText parser = new TypeText(text, ids);
        Type type = parser.type(1);
        parser.skipSpace();
        if (parser.at < text.length()) {
            throw parser.unexpected("the end");
        }
        return type;
    }

    private Type type(int depth) {
        if (depth > TableRules.DEPTH_MAX) {
            throw TableRules.invalid("the type is nested deeper than " + TableRules.DEPTH_MAX);
        }
        skipSpace();
        int start = at;
        String name = word();
        return switch (name) {
            case "decimal" -> decimal();
            case "list" -> list(depth);
            case "map" -> map(depth);
            case "struct" -> struct(depth);
            default -> {
                Type primitive = PRIMITIVES.get(name);
                if (primitive == null) {
                    at = start;
                    throw unexpected("a type")
                            .advise("types: " + String.join(", ", PRIMITIVES.keySet())
                                    + ", decimal(p, s), list<...>, map<..., ...>, struct<name: ..., ...>");
                }
                yield primitive;
            }
        };
    }

    private Type decimal() {
        expect('(');
        int precision = number();
        expect(',');
        int scale = number();
        expect(')');
        if (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale > precision) {
            throw TableRules.invalid("decimal(" + precision + ", " + scale + ") won't do: precision is 1 to "
                    + DECIMAL_PRECISION_MAX + ", scale 0 to the precision");
        }
        return Types.DecimalType.of(precision, scale);
    }

    private Type list(int depth) {
        expect('<');
        int id = ids.getAsInt();
        Type element = type(depth + 1);
        boolean required = required();
        expect('>');
        return required ? Types.ListType.ofRequired(id, element) : Types.ListType.ofOptional(id, element);
    }

    private Type map(int depth) {
        expect('<');
        int keyId = ids.getAsInt();
        int valueId = ids.getAsInt();
        Type key = type(depth + 1);
        expect(',');
        Type value = type(depth + 1);
        boolean required = required();
        expect('>');
        return required
                ? Types.MapType.ofRequired(keyId, valueId, key, value)
                : Types.MapType.ofOptional(keyId, valueId, key, value);
    }

    private Type struct(int depth) {
        expect('<');
        List<Types.NestedField> fields = new ArrayList<>();
        do {
            int id = ids.getAsInt();
            String name = fieldName();
            expect(':');
            Type type = type(depth + 1);
            fields.add(
                    required()
                            ? Types.NestedField.required(id, name, type)
                            : Types.NestedField.optional(id, name, type));
        } while (taken(','));
        expect('>');
        return Types.StructType.of(fields);
    }

    private boolean required() {
        skipSpace();
        int start = at;
        String word = word();
        if (word.isEmpty()) {
            return false;
        }
        if (!word.equals("required")) {
            at = start;
            throw unexpected("'required', ',' or '>'");
        }
        return true;
    }

    private String fieldName() {
        skipSpace();
        if (!taken('"')) {
            String name = word();
            if (name.isEmpty()) {
                throw unexpected("a field's name");
            }
            return name;
        }
        StringBuilder name = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (at == text.length()) {
            throw unexpected("a closing quote");
        }
        at++;
        return name.toString();
    }

    private int number() {
        skipSpace();
        int start = at;
        while (at < text.length() && at - start < 4 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw unexpected("a number");
        }
        return Integer.parseInt(text.substring(start, at));
    }

    private String word() {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_' || text.charAt(at) == '-')) {
            at++;
        }
        return text.substring(start, at);
    }

    private void expect(char wanted) {
        if (!taken(wanted)) {
            throw unexpected("'" + wanted + "'");
        }
    }

    private boolean taken(char wanted) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private FloeException unexpected(String wanted) {
        String found = at == text.length() ? "it ends" : "there is '" + TableRules.shown(text.substring(at)) + "'";
        return TableRules.invalid("the type '" + TableRules.shown(text) + "' lacks " + wanted + " at character "
                + (at + 1) + ", where " + found);
    }
}
