package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;

/** What failures inside generated code mean. */
final class QueryFailures {
    /** Calcite's name for the class that it generates of a plan. */
    private static final String GENERATED = "Baz";

    private QueryFailures() {}

    /**
     * What a class means that could not be initialized: generated code computes constants when it is initialized. The
     * cause is told the first time only. Errors that are none of generated code are thrown as they are.
     */
    static RuntimeException ofInitializer(LinkageError error) {
        StackTraceElement[] stack = error.getStackTrace();
        if (stack.length == 0 || !stack[0].getClassName().startsWith(GENERATED)) {
            throw error;
        }
        return error.getCause() instanceof RuntimeException failure
                ? unwrap(failure)
                : new FloeException(
                                ErrorCode.VALUE_OUT_OF_RANGE, "a constant of the statement can't be computed", error)
                        .advise("look for divisions by zero, and for casts of what is too large or no such value");
    }

    /** The failure as it was thrown by a scan, or what the value's computation complained about. */
    static RuntimeException unwrap(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FloeException known) {
                return known;
            }
            if (cause instanceof ArithmeticException || cause instanceof IllegalArgumentException) {
                return computed(cause, failure);
            }
        }
        String message = String.valueOf(root(failure).getMessage());
        if (message.startsWith("Invalid escape ")) {
            return new FloeException(ErrorCode.INVALID_ARGUMENT, "a pattern can't be read: " + message, failure)
                    .advise("ESCAPE wants one character, which %, _ or itself follows in the pattern");
        }
        boolean calcites = failure.getClass().getName().startsWith("org.apache.calcite.");
        return calcites
                ? new FloeException(ErrorCode.VALUE_OUT_OF_RANGE, String.valueOf(failure.getMessage()), failure)
                : failure;
    }

    /** {@code cause} is what {@code failure} comes from. */
    static FloeException computed(Throwable cause, RuntimeException failure) {
        // a text that is no number, no date: a wider type would not help
        boolean unread = cause instanceof IllegalArgumentException;
        return new FloeException(
                        ErrorCode.VALUE_OUT_OF_RANGE, "a value can't be computed: " + cause.getMessage(), failure)
                .advise((unread ? "correct the value" : "cast to a wider type")
                        + ", or leave such rows out by a condition");
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
