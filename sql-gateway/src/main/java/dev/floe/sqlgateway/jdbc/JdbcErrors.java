package dev.floe.sqlgateway.jdbc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import java.io.Serial;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.calcite.avatica.AvaticaSeverity;
import org.apache.calcite.avatica.remote.Service.ErrorResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors as JDBC shows them: the code's number as vendor code, a SQLSTATE, and a message with what to do.
 *
 * <p>The one place where a code becomes a SQLSTATE. What is INTERNAL, and what is no {@link FloeException}, is logged
 * whole under a correlation id; the caller gets the id alone, but for codes that {@linkplain ErrorCode#isTold are
 * told}, and never a stack trace.
 */
final class JdbcErrors {
    /** The driver takes this one for its cue to connect anew, where it was told to. */
    static final int MISSING_CONNECTION = ErrorResponse.MISSING_CONNECTION_ERROR_CODE;

    private static final Logger LOG = LoggerFactory.getLogger(JdbcErrors.class);

    /** Codes with a narrower SQLSTATE than their kind has. */
    private static final Map<ErrorCode, String> SPECIAL = new EnumMap<>(Map.ofEntries(
            Map.entry(ErrorCode.INVALID_SQL, "42000"),
            Map.entry(ErrorCode.TABLE_NOT_FOUND, "42S02"),
            Map.entry(ErrorCode.UNKNOWN_COLUMN, "42S22"),
            Map.entry(ErrorCode.INVALID_NAME, "42602"),
            Map.entry(ErrorCode.UNSUPPORTED, "0A000"),
            Map.entry(ErrorCode.INVALID_PARAMETER, "22023"),
            Map.entry(ErrorCode.VALUE_OUT_OF_RANGE, "22003"),
            Map.entry(ErrorCode.PERMISSION_DENIED, "42501"),
            Map.entry(ErrorCode.QUERY_CANCELLED, "57014"),
            Map.entry(ErrorCode.QUERY_TIMEOUT, "HYT00"),
            Map.entry(ErrorCode.QUERY_TOO_COMPLEX, "54001"),
            Map.entry(ErrorCode.ROW_LIMIT_EXCEEDED, "54000"),
            Map.entry(ErrorCode.MESSAGE_TOO_LARGE, "54000"),
            Map.entry(ErrorCode.OVERLOADED, "53300"),
            Map.entry(ErrorCode.QUERY_MEMORY_EXCEEDED, "53200"),
            Map.entry(ErrorCode.SHUTTING_DOWN, "57P01")));

    private JdbcErrors() {}

    static ErrorResponse response(Throwable failure) {
        if (failure instanceof MissingConnection missing) {
            return response(missing.getMessage(), MISSING_CONNECTION, "08003");
        }
        ErrorCode code = failure instanceof FloeException known ? known.code() : ErrorCode.DEFECT;
        if (code.kind() == ErrorKind.INTERNAL) {
            String id = UUID.randomUUID().toString();
            LOG.error("call failed code={} correlationId={}", code, id, failure);
            String message = failure instanceof FloeException told && code.isTold()
                    ? message(told) + "; the server's log says more under " + id
                    : code + ": the server failed; its log says more under " + id;
            return response(message, code.number(), sqlState(code));
        }
        return response(message((FloeException) failure), code.number(), sqlState(code));
    }

    private static ErrorResponse response(@Nullable String message, int code, String sqlState) {
        return new ErrorResponse(List.of(), message, code, sqlState, AvaticaSeverity.ERROR, null);
    }

    /** For example {@code TABLE_NOT_FOUND: there is no table x; list the tenant's tables}. */
    static String message(FloeException failure) {
        String where = failure.fieldPath().isEmpty() ? "" : " (at " + failure.fieldPath() + ")";
        String action = failure.action().isEmpty() ? "" : "; " + failure.action();
        return failure.code() + ": " + failure.message() + where + action;
    }

    static String sqlState(ErrorCode code) {
        String special = SPECIAL.get(code);
        if (special != null) {
            return special;
        }
        return switch (code.kind()) {
            case INVALID -> "22000";
            case DENIED -> "28000";
            case UNAVAILABLE -> "57P03";
            case UNKNOWN_OUTCOME -> "08007";
            case INTERNAL -> "XX000";
        };
    }

    /** A connection that is not open, or not the caller's: told alike. */
    static final class MissingConnection extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        MissingConnection() {
            super("the connection is not open: it was closed, idle for too long, or the server was restarted; connect"
                    + " again");
        }
    }
}
