package dev.floe.sqlgateway.jdbc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import java.sql.Types;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.TimestampType;

/**
 * How JDBC sees a type.
 *
 * <p>{@code rep} is the Java class of the values in Avatica's frames; {@code name} is the SQL type, also where values
 * travel as text.
 */
record JdbcType(int id, String name, Rep rep, int precision, int scale, int displaySize, Class<?> valueClass) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final int TEXT_CHARS = 65_536;
    private static final int TIMESTAMP_CHARS = 26;
    private static final int TIMESTAMPTZ_CHARS = 27;
    private static final int TIME_CHARS = 15;
    private static final int MILLIS_DIGITS = 3;

    static JdbcType of(Type type, TimeForm form) {
        return switch (type.typeId()) {
            case BOOLEAN -> new JdbcType(Types.BOOLEAN, "BOOLEAN", Rep.BOOLEAN, 1, 0, 5, Boolean.class);
            case INTEGER -> new JdbcType(Types.INTEGER, "INTEGER", Rep.INTEGER, 10, 0, 11, Integer.class);
            case LONG -> new JdbcType(Types.BIGINT, "BIGINT", Rep.LONG, 19, 0, 20, Long.class);
            case FLOAT -> new JdbcType(Types.REAL, "REAL", Rep.FLOAT, 7, 0, 15, Float.class);
            case DOUBLE -> new JdbcType(Types.DOUBLE, "DOUBLE", Rep.DOUBLE, 15, 0, 24, Double.class);
            case DECIMAL -> decimal((DecimalType) type);
            case STRING -> text("VARCHAR", TEXT_CHARS);
            case BINARY ->
                new JdbcType(Types.VARBINARY, "VARBINARY", Rep.BYTE_STRING, TEXT_CHARS, 0, TEXT_CHARS, byte[].class);
            case UUID -> text("UUID", 36);
            case DATE -> new JdbcType(Types.DATE, "DATE", Rep.INTEGER, 10, 0, 10, java.sql.Date.class);
            case TIME -> time(form);
            case TIMESTAMP -> timestamp((TimestampType) type, form);
            case LIST -> text(of(type.asListType().elementType(), form).name + " ARRAY", TEXT_CHARS);
            case MAP -> {
                String key = of(type.asMapType().keyType(), form).name;
                yield text("MAP<" + key + ", " + of(type.asMapType().valueType(), form).name + ">", TEXT_CHARS);
            }
            case STRUCT ->
                text(
                        type.asStructType().fields().stream()
                                .map(field -> field(field, form))
                                .collect(Collectors.joining(", ", "ROW(", ")")),
                        TEXT_CHARS);
            case FIXED, TIMESTAMP_NANO, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY ->
                throw new FloeException(ErrorCode.UNSUPPORTED, "JDBC results can't hold the type " + type);
        };
    }

    private static String field(NestedField field, TimeForm form) {
        String quoted = PLAIN.matcher(field.name()).matches()
                ? field.name()
                : "\"" + field.name().replace("\"", "\"\"") + "\"";
        return quoted + " " + of(field.type(), form).name + (field.isRequired() ? " NOT NULL" : "");
    }

    private static JdbcType text(String name, int chars) {
        return new JdbcType(Types.VARCHAR, name, Rep.STRING, chars, 0, chars, String.class);
    }

    private static JdbcType decimal(DecimalType type) {
        String name = "DECIMAL(" + type.precision() + ", " + type.scale() + ")";
        return new JdbcType(
                Types.DECIMAL,
                name,
                Rep.NUMBER,
                type.precision(),
                type.scale(),
                type.precision() + 2,
                BigDecimal.class);
    }

    private static JdbcType time(TimeForm form) {
        return switch (form) {
            case TEXT -> text("TIME(6)", TIME_CHARS);
            case MILLIS ->
                new JdbcType(Types.TIME, "TIME(3)", Rep.INTEGER, MILLIS_DIGITS, 0, TIME_CHARS, java.sql.Time.class);
        };
    }

    private static JdbcType timestamp(TimestampType type, TimeForm form) {
        if (type.shouldAdjustToUTC()) {
            return text("TIMESTAMP(6) WITH TIME ZONE", TIMESTAMPTZ_CHARS);
        }
        return switch (form) {
            case TEXT -> text("TIMESTAMP(6)", TIMESTAMP_CHARS);
            case MILLIS ->
                new JdbcType(
                        Types.TIMESTAMP,
                        "TIMESTAMP(3)",
                        Rep.LONG,
                        MILLIS_DIGITS,
                        0,
                        TIMESTAMP_CHARS,
                        java.sql.Timestamp.class);
        };
    }

    boolean isSigned() {
        return switch (rep) {
            case INTEGER, LONG, FLOAT, DOUBLE, NUMBER -> true;
            default -> false; // over Avatica's enum of 30 representations
        };
    }

    ColumnMetaData column(int index, String columnName, int nullability) {
        return new ColumnMetaData(
                index,
                false,
                rep == Rep.STRING,
                true,
                false,
                nullability,
                isSigned(),
                displaySize,
                columnName,
                columnName,
                "",
                precision,
                scale,
                "",
                "",
                ColumnMetaData.scalar(id, name, rep),
                true,
                false,
                false,
                valueClass.getName());
    }

    AvaticaParameter parameter(int index) {
        return new AvaticaParameter(isSigned(), precision, scale, id, name, valueClass.getName(), "?" + (index + 1));
    }
}
