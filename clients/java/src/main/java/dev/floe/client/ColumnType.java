package dev.floe.client;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The type of a column, and with it the Java type of its values.
 *
 * <p>boolean Boolean, int Integer, long Long, float Float, double Double, string String, binary byte[], uuid UUID,
 * date LocalDate, time LocalTime, timestamp LocalDateTime, timestamptz Instant, decimal BigDecimal, list List, map
 * Map, struct {@link StructFields}. NULL is null. What is written may also be a narrower number, or the text
 * of a date, time, timestamp, decimal or uuid.
 */
public sealed interface ColumnType {
    /** Types without parameters. */
    enum Primitive implements ColumnType {
        BOOLEAN,
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        STRING,
        BINARY,
        UUID,
        DATE,
        TIME,
        TIMESTAMP,
        TIMESTAMPTZ;

        @Override
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Exact number: precision 1 to 38, scale 0 to precision. */
    record Decimal(int precision, int scale) implements ColumnType {
        @Override
        public String text() {
            return "decimal(" + precision + "," + scale + ")";
        }
    }

    /** List of one type; the element's name is {@code element}. */
    record ListOf(Column element) implements ColumnType {
        @Override
        public String text() {
            return "list<" + element.type().text() + ">";
        }
    }

    /** Map with keys that are never null. */
    record MapOf(Column key, Column value) implements ColumnType {
        @Override
        public String text() {
            return "map<" + key.type().text() + ", " + value.type().text() + ">";
        }
    }

    /** Named fields in an order. */
    record Struct(List<Column> fields) implements ColumnType {
        public Struct {
            fields = List.copyOf(fields);
        }

        @Override
        public String text() {
            return fields.stream()
                    .map(field -> field.name() + ": " + field.type().text())
                    .collect(Collectors.joining(", ", "struct<", ">"));
        }
    }

    /** The type as people write it, such as {@code decimal(10,2)}. */
    String text();
}
