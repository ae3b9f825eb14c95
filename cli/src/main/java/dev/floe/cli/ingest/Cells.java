package dev.floe.cli.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cells of text as values of their column's type.
 *
 * <p>Dates, times, timestamps, decimals and uuids stay text: the server reads them, and says best what is wrong.
 */
final class Cells {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();

    private static final int SHOWN_CHARS_MAX = 60;
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,19}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,4})?");

    private Cells() {}

    /** The value of a cell; throws WRONG_TYPE or VALUE_OUT_OF_RANGE, blamed on the column. */
    static Object parse(Column column, String text) {
        ColumnType type = column.type();
        if (type instanceof ColumnType.Primitive primitive) {
            return switch (primitive) {
                case BOOLEAN -> bool(column, text.strip());
                case INT, LONG -> whole(column, text.strip());
                case FLOAT, DOUBLE -> floating(column, text.strip());
                case BINARY -> binary(column, text);
                case STRING -> text;
                case UUID, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> text.strip();
            };
        }
        if (type instanceof ColumnType.Decimal) {
            return text.strip();
        }
        return nested(column, text);
    }

    static FloeException wrongType(String path, String shown, ColumnType type) {
        return new FloeException(ErrorCode.WRONG_TYPE, shown + " is no " + type.text()).at(path);
    }

    /** A text as it may appear in a message: quoted, cut. */
    static String shown(String text) {
        return text.length() <= SHOWN_CHARS_MAX
                ? "'" + text + "'"
                : "'" + text.substring(0, SHOWN_CHARS_MAX) + "\u2026' (" + text.length() + " characters)";
    }

    static @Nullable Double special(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> null;
        };
    }

    static byte[] base64(String path, String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new FloeException(ErrorCode.WRONG_TYPE, shown(text) + " is not base64", e)
                    .at(path)
                    .advise("send binary values as base64");
        }
    }

    private static Object bool(Column column, String text) {
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return text.equalsIgnoreCase("true");
        }
        throw wrongType(column.name(), shown(text), column.type()).advise("write true or false");
    }

    private static Object whole(Column column, String text) {
        if (WHOLE.matcher(text).matches()) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                // 19 digits may be too many: the same answer as for 20
            }
        } else if (!text.matches("[+-]?\\d+")) {
            throw wrongType(column.name(), shown(text), column.type());
        }
        throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, shown(text) + " is beyond a long").at(column.name());
    }

    private static Object floating(Column column, String text) {
        Double special = special(text);
        if (special != null) {
            return special;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw wrongType(column.name(), shown(text), column.type());
        }
        return finite(column.name(), Double.parseDouble(text), text);
    }

    static Double finite(String path, double number, String text) {
        if (Double.isInfinite(number)) {
            throw new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, shown(text) + " is beyond a double").at(path);
        }
        return number;
    }

    private static Object binary(Column column, String text) {
        return base64(column.name(), text.strip());
    }

    private static Object nested(Column column, String text) {
        try {
            JsonNode node = JSON.readTree(text);
            Object value = JsonValues.value(column.name(), column.type(), node);
            if (value == null) {
                throw wrongType(column.name(), shown(text), column.type());
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new FloeException(ErrorCode.WRONG_TYPE, shown(text) + " is not JSON: " + e.getOriginalMessage(), e)
                    .at(column.name())
                    .advise("write lists, maps and structs as JSON");
        }
    }
}
