package dev.floe.sql.translate;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;
import org.jspecify.annotations.Nullable;

/** Values as DuckDB's literals, each with its type. Text is quoted, or spelled in hex: nothing in it can end it. */
public final class Literals {
    private static final long NANOS_A_MICRO = 1_000;
    private static final int YEARS_MAX = 9_999;
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);

    private Literals() {}

    /** A string as DuckDB's, whatever is in it. */
    public static String text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (!new String(utf8, StandardCharsets.UTF_8).equals(value)) {
            throw new Inexpressible("text that is no Unicode");
        }
        return value.chars().anyMatch(c -> c < ' ')
                ? "decode(from_hex('" + HexFormat.of().formatHex(utf8) + "'))"
                : "'" + value.replace("'", "''") + "'";
    }

    static String of(RexLiteral literal) {
        RelDataType type = literal.getType();
        if (literal.isNull()) {
            return cast("NULL", type);
        }
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> cast(String.valueOf(literal.getValueAs(Boolean.class)), type);
            case REAL, FLOAT, DOUBLE -> cast("'" + literal.getValueAs(Double.class) + "'", type);
            case INTEGER, BIGINT, DECIMAL -> number(Objects.requireNonNull(literal.getValueAs(BigDecimal.class)), type);
            case CHAR, VARCHAR ->
                cast(
                        text(Objects.requireNonNull(literal.getValueAs(NlsString.class))
                                .getValue()),
                        type);
            case BINARY, VARBINARY -> bytes(Objects.requireNonNull(literal.getValueAs(ByteString.class)), type);
            case DATE -> cast(quoted(literal.getValueAs(DateString.class)), type);
            case TIME -> cast(quoted(literal.getValueAs(TimeString.class)), type);
            case TIMESTAMP -> cast(quoted(literal.getValueAs(TimestampString.class)), type);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> cast("'" + literal.getValueAs(TimestampString.class) + "+00'", type);
            case UUID -> cast(quoted(literal.getValueAs(UUID.class)), type);
            default -> throw new Inexpressible("a literal of " + type);
        };
    }

    /** A value in the type of Calcite's generated code, times in microseconds. */
    static String of(@Nullable Object value, RelDataType type) {
        if (value == null) {
            return cast("NULL", type);
        }
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> cast(String.valueOf((boolean) value), type);
            case INTEGER, BIGINT, DECIMAL, REAL, FLOAT, DOUBLE -> floating((Number) value, type);
            case CHAR, VARCHAR -> cast(text(value.toString()), type);
            case BINARY, VARBINARY -> bytes((ByteString) value, type);
            case DATE -> cast(quoted(LocalDate.ofEpochDay((int) value)), type);
            case TIME -> cast("'" + TIME.format(LocalTime.ofNanoOfDay((long) value * NANOS_A_MICRO)) + "'", type);
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> timestamp((long) value, type);
            case UUID -> cast(quoted(value), type);
            default -> throw new Inexpressible("a value of " + type);
        };
    }

    static String timestamp(long micros, RelDataType type) {
        LocalDateTime time = LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
        if (time.getYear() < 1 || time.getYear() > YEARS_MAX) {
            String instant = "make_timestamp(" + micros + ")";
            return cast(instant, type);
        }
        boolean zoned = DuckTypes.name(type).endsWith("ZONE");
        return cast("'" + TIMESTAMP.format(time) + (zoned ? "+00'" : "'"), type);
    }

    static String cast(String text, RelDataType type) {
        return "CAST(" + text + " AS " + DuckTypes.name(type) + ")";
    }

    private static String floating(Number value, RelDataType type) {
        boolean special = value instanceof Double || value instanceof Float;
        return special ? cast("'" + value + "'", type) : number(new BigDecimal(value.toString()), type);
    }

    private static String number(BigDecimal value, RelDataType type) {
        return DuckTypes.isFloating(type)
                ? cast("'" + value + "'", type)
                : cast("'" + value.toPlainString() + "'", type);
    }

    private static String bytes(ByteString bytes, RelDataType type) {
        return cast("from_hex('" + HexFormat.of().formatHex(bytes.getBytes()) + "')", type);
    }

    private static String quoted(@Nullable Object value) {
        return "'" + value + "'";
    }
}
