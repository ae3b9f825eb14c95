package dev.floe.sqlgateway.jdbc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sqlgateway.value.Parameters;
import dev.floe.storage.column.ColumnBatch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.remote.TypedValue;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Parameters as Avatica's driver sends them. */
final class JdbcParameters {
    private static final long NANOS_A_MILLI = 1_000_000;

    private JdbcParameters() {}

    /** Throws INVALID_PARAMETER where one is missing or does not fit. */
    static ColumnBatch batch(List<? extends @Nullable TypedValue> sent, List<Type> types) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            TypedValue value = sent.get(i);
            Object plain = value == null ? null : value.value;
            values.add(plain == null || value == null ? null : read(value.type, plain, i, types));
        }
        return Parameters.batch(values, types);
    }

    private static Object read(Rep rep, Object value, int index, List<Type> types) {
        try {
            return switch (rep) {
                case BYTE_STRING -> Base64.getDecoder().decode((String) value);
                case JAVA_SQL_DATE, JAVA_SQL_TIME, JAVA_SQL_TIMESTAMP, JAVA_UTIL_DATE ->
                    time(rep, ((Number) value).longValue(), index, types);
                default -> plain(value, index); // over Avatica's enum of 30 representations
            };
        } catch (IllegalArgumentException | DateTimeException | ClassCastException e) {
            throw unreadable(index, e);
        }
    }

    private static Object time(Rep rep, long value, int index, List<Type> types) {
        if (rep == Rep.JAVA_SQL_DATE) {
            return LocalDate.ofEpochDay(value);
        }
        if (rep == Rep.JAVA_SQL_TIME) {
            return LocalTime.ofNanoOfDay(Math.floorMod(value * NANOS_A_MILLI, 24 * 3_600_000 * NANOS_A_MILLI));
        }
        boolean zoned =
                index < types.size() && types.get(index) instanceof TimestampType type && type.shouldAdjustToUTC();
        if (zoned) {
            // the driver has shifted it by the caller's zone and does not say which that was
            throw new FloeException(
                            ErrorCode.INVALID_PARAMETER,
                            "parameter " + (index + 1) + ": a java.sql.Timestamp does not say which instant it is")
                    .advise("set it as text with its offset, as in 2024-01-31T23:59:59.999999Z");
        }
        return LocalDateTime.ofInstant(Instant.ofEpochMilli(value), ZoneOffset.UTC);
    }

    private static Object plain(Object value, int index) {
        if (value instanceof Boolean || value instanceof String || value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof BigInteger number) {
            return new BigDecimal(number);
        }
        if (value instanceof Character character) {
            return character.toString();
        }
        throw unreadable(index, null);
    }

    private static FloeException unreadable(int index, @Nullable Exception cause) {
        return new FloeException(
                        ErrorCode.INVALID_PARAMETER,
                        "parameter " + (index + 1) + " is of a kind that can't be read",
                        cause)
                .advise("set it as a number, text, bytes, date or timestamp");
    }
}
