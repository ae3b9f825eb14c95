package dev.floe.core.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a stable code. Its message says what was wrong, the value and the limit, and is fit for callers:
 * no paths, no other tenant's names, no secrets.
 */
public class FloeException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final String fieldPath;
    private final String action;
    private final long row;
    private final long retryAfterMillis;

    public FloeException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public FloeException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, "", "", -1, 0);
    }

    private FloeException(
            ErrorCode code,
            String message,
            @Nullable Throwable cause,
            String fieldPath,
            String action,
            long row,
            long retryAfterMillis) {
        super(message, cause);
        this.code = code;
        this.fieldPath = fieldPath;
        this.action = action;
        this.row = row;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** The same error, blamed on a field such as {@code address.zip}. */
    public FloeException at(String path) {
        return new FloeException(code, message(), getCause(), path, action, row, retryAfterMillis);
    }

    /** The same error, blamed on a row of the request, counted from 0. */
    public FloeException inRow(long index) {
        return new FloeException(code, message(), getCause(), fieldPath, action, index, retryAfterMillis);
    }

    /** The same error with what the caller should do. */
    public FloeException advise(String whatToDo) {
        return new FloeException(code, message(), getCause(), fieldPath, whatToDo, row, retryAfterMillis);
    }

    /** The same error with a hint when to try again. */
    public FloeException retryAfter(long millis) {
        return new FloeException(code, message(), getCause(), fieldPath, action, row, millis);
    }

    public ErrorCode code() {
        return code;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    /** The field to blame, or an empty string. */
    public String fieldPath() {
        return fieldPath;
    }

    /** What to do, or an empty string. */
    public String action() {
        return action;
    }

    /** The row to blame, counted from 0, or -1. */
    public long row() {
        return row;
    }

    /** Milliseconds to wait before trying again; 0 means no hint. */
    public long retryAfterMillis() {
        return retryAfterMillis;
    }
}
