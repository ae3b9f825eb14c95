package dev.floe.gateway.log;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Turns Kafka's errors into Floe's. */
final class KafkaErrors {
    static final long RETRY_MILLIS = 1_000;

    private KafkaErrors() {}

    /** An entry that never left the process. */
    static FloeException notWritten(Throwable cause) {
        return new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log takes no entries now; nothing was stored", cause)
                .advise("send the batch again")
                .retryAfter(RETRY_MILLIS);
    }

    /** An entry that was handed to the brokers. */
    static FloeException afterSend(Throwable cause) {
        if (cause instanceof RecordTooLargeException
                || cause instanceof AuthorizationException
                || cause instanceof AuthenticationException
                || cause instanceof InvalidTopicException) {
            return notWritten(cause);
        }
        return new FloeException(
                        ErrorCode.OUTCOME_UNKNOWN, "the log did not confirm the batch in time; it may be stored", cause)
                .advise("see which rows arrived, or write to an upsert table, before sending the batch again")
                .retryAfter(RETRY_MILLIS);
    }
}
