package dev.floe.sql.define;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Types of columns as SQL writes them.
 *
 * <pre>
 *   type   = word [ ( digits [ , digits ] ) ] [ WITH [ LOCAL ] TIME ZONE | WITHOUT TIME ZONE ] { ARRAY }
 *          | ARRAY &lt; type [NOT NULL] &gt; | MAP &lt; type , type [NOT NULL] &gt;
 *          | ROW ( name type [NOT NULL] { , name type [NOT NULL] } )
 * </pre>
 *
 * <p>Tables keep no length of text and no precision of times: those given are read and forgotten.
 */
final class ColumnTypes {
    private static final int DEPTH_MAX = 100;
    private static final int DECIMAL_PRECISION_MAX = 38;
    private static final int MICROS_PRECISION = 6;
    private static final Map<String, Type> WORDS = Map.ofEntries(
            Map.entry("BOOLEAN", Types.BooleanType.get()),
            Map.entry("BOOL", Types.BooleanType.get()),
            Map.entry("TINYINT", Types.IntegerType.get()),
            Map.entry("SMALLINT", Types.IntegerType.get()),
            Map.entry("INTEGER", Types.IntegerType.get()),
            Map.entry("INT", Types.IntegerType.get()),
            Map.entry("BIGINT", Types.LongType.get()),
            Map.entry("LONG", Types.LongType.get()),
            Map.entry("REAL", Types.FloatType.get()),
            Map.entry("FLOAT", Types.DoubleType.get()),
            Map.entry("DOUBLE", Types.DoubleType.get()),
            Map.entry("CHAR", Types.StringType.get()),
            Map.entry("CHARACTER", Types.StringType.get()),
            Map.entry("VARCHAR", Types.StringType.get()),
            Map.entry("TEXT", Types.StringType.get()),
            Map.entry("STRING", Types.StringType.get()),
            Map.entry("BINARY", Types.BinaryType.get()),
            Map.entry("VARBINARY", Types.BinaryType.get()),
            Map.entry("UUID", Types.UUIDType.get()),
            Map.entry("DATE", Types.DateType.get()),
            Map.entry("TIME", Types.TimeType.get()),
            Map.entry("TIMESTAMP", Types.TimestampType.withoutZone()),
            Map.entry("TIMESTAMPTZ", Types.TimestampType.withZone()));

    private final Tokens tokens;
    private int lastId;

    ColumnTypes(Tokens tokens) {
        this.tokens = tokens;
    }

    /** A placeholder for a field's id: the catalog gives another. */
    int nextId() {
        lastId++;
        return lastId;
    }

    /** Throws INVALID_SQL, QUERY_TOO_COMPLEX. */
    Type type() {
        return type(1);
    }

    private Type type(int depth) {
        if (depth > DEPTH_MAX) {
            throw new FloeException(
                    ErrorCode.QUERY_TOO_COMPLEX, "the type is nested deeper than " + DEPTH_MAX + " levels");
        }
        Type type = nested(depth);
        if (type == null) {
            type = plain();
        }
        while (tokens.take("ARRAY")) {
            type = Types.ListType.ofOptional(nextId(), type);
        }
        return type;
    }

    private @Nullable Type nested(int depth) {
        if (tokens.take("ARRAY", "<")) {
            int id = nextId();
            Type element = type(depth + 1);
            boolean required = tokens.take("NOT", "NULL");
            tokens.expect(">");
            return required ? Types.ListType.ofRequired(id, element) : Types.ListType.ofOptional(id, element);
        }
        if (tokens.take("MAP", "<")) {
            int keyId = nextId();
            int valueId = nextId();
            Type key = type(depth + 1);
            tokens.expect(",");
            Type value = type(depth + 1);
            boolean required = tokens.take("NOT", "NULL");
            tokens.expect(">");
            return required
                    ? Types.MapType.ofRequired(keyId, valueId, key, value)
                    : Types.MapType.ofOptional(keyId, valueId, key, value);
        }
        if (!tokens.take("ROW", "(")) {
            return null;
        }
        List<Types.NestedField> fields = new ArrayList<>();
        do {
            int id = nextId();
            String name = tokens.name("a field's name");
            Type type = type(depth + 1);
            boolean required = tokens.take("NOT", "NULL");
            fields.add(
                    required ? Types.NestedField.required(id, name, type) : Types.NestedField.optional(id, name, type));
        } while (tokens.take(","));
        tokens.expect(")");
        return Types.StructType.of(fields);
    }

    private Type plain() {
        if (tokens.is("DECIMAL") || tokens.is("NUMERIC") || tokens.is("DEC")) {
            return decimal();
        }
        Type type = known();
        switch (type.typeId()) {
            case DOUBLE -> tokens.take("PRECISION");
            case STRING -> {
                tokens.take("VARYING");
                length();
            }
            case BINARY -> {
                tokens.take("VARYING");
                length();
            }
            case TIME -> {
                precision();
                tokens.take("WITHOUT", "TIME", "ZONE");
            }
            case TIMESTAMP -> {
                precision();
                boolean zoned = tokens.take("WITH", "TIME", "ZONE") || tokens.take("WITH", "LOCAL", "TIME", "ZONE");
                tokens.take("WITHOUT", "TIME", "ZONE");
                return zoned ? Types.TimestampType.withZone() : type;
            }
            default -> {}
        }
        return type;
    }

    private Type known() {
        for (Map.Entry<String, Type> word : WORDS.entrySet()) {
            if (tokens.take(word.getKey())) {
                return word.getValue();
            }
        }
        throw tokens.unexpected("a type")
                .advise("types: "
                        + String.join(", ", WORDS.keySet().stream().sorted().toList())
                                .toLowerCase(Locale.ROOT)
                        + ", decimal(p, s), array<...>, map<..., ...>, row(name type, ...)");
    }

    private Type decimal() {
        tokens.word();
        int precision = DECIMAL_PRECISION_MAX;
        int scale = 0;
        if (tokens.take("(")) {
            precision = tokens.number("the precision, 1 to " + DECIMAL_PRECISION_MAX);
            scale = tokens.take(",") ? tokens.number("the scale") : 0;
            tokens.expect(")");
        }
        if (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale > precision) {
            throw new FloeException(
                    ErrorCode.INVALID_TABLE,
                    "DECIMAL(" + precision + ", " + scale + ") won't do: precision is 1 to " + DECIMAL_PRECISION_MAX
                            + ", scale 0 to the precision");
        }
        return Types.DecimalType.of(precision, scale);
    }

    private void length() {
        if (tokens.take("(")) {
            tokens.number("a length");
            tokens.expect(")");
        }
    }

    private void precision() {
        if (tokens.take("(")) {
            int digits = tokens.number("the digits of a second, 0 to " + MICROS_PRECISION);
            if (digits > MICROS_PRECISION) {
                throw new FloeException(
                        ErrorCode.INVALID_TABLE,
                        "times have microseconds: " + digits + " digits of a second are more than " + MICROS_PRECISION);
            }
            tokens.expect(")");
        }
    }
}
