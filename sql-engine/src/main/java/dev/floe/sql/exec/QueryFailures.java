package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;

/** What failures inside generated code mean. */
final class QueryFailures {
    private QueryFailures() {}

    /** The failure as it was thrown by a scan, or what the value's computation complained about. */
    static RuntimeException unwrap(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FloeException known) {
                return known;
            }
            if (cause instanceof ArithmeticException || cause instanceof IllegalArgumentException) {
                return new FloeException(
                                ErrorCode.VALUE_OUT_OF_RANGE,
                                "a value can't be computed: " + cause.getMessage(),
                                failure)
                        .advise("cast to a wider type, or leave such rows out by a condition");
            }
        }
        boolean calcites = failure.getClass().getName().startsWith("org.apache.calcite.");
        return calcites
                ? new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, String.valueOf(failure.getMessage()), failure)
                : failure;
    }
}
