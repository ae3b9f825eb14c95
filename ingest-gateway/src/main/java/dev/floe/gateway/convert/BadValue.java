package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.error.ShownText;
import java.io.Serial;

/**
 * One value that does not fit its column; carries no stack trace, since a batch may hold many.
 *
 * <p>The path grows from the inside out as the exception passes lists and structs.
 */
final class BadValue extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final String action;
    private final String path;

    BadValue(ErrorCode code, String message, String action) {
        this(code, message, action, "");
    }

    private BadValue(ErrorCode code, String message, String action, String path) {
        super(message, null, false, false);
        this.code = code;
        this.action = action;
        this.path = path;
    }

    static BadValue wrongType(String what, String type) {
        return new BadValue(
                ErrorCode.WRONG_TYPE,
                what + " does not fit a column of type " + type,
                "send a value of the column's type");
    }

    static BadValue outOfRange(String message, String action) {
        return new BadValue(ErrorCode.VALUE_OUT_OF_RANGE, message, action);
    }

    static BadValue missing() {
        return new BadValue(
                ErrorCode.MISSING_VALUE, "the column is required and the value is missing", "send a value for it");
    }

    static BadValue dropped() {
        return new BadValue(
                ErrorCode.UNKNOWN_COLUMN,
                "the column was dropped since the schema version of the batch, and the value would be lost",
                "describe the table, and leave the column out");
    }

    /** The same, blamed on a part of an outer value. */
    BadValue within(String outer) {
        String joined = path.isEmpty() || path.startsWith("[") ? outer + path : outer + "." + path;
        return new BadValue(code, String.valueOf(getMessage()), action, joined);
    }

    /** The error that a client sees. */
    FloeException inRow(long row) {
        return new FloeException(code, String.valueOf(getMessage()))
                .at(path)
                .inRow(row)
                .advise(action);
    }

    /** Text cut to a length fit for a message, in quotes. */
    static String shown(String text) {
        return ShownText.of(text);
    }
}
