package dev.floe.client.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.Error;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Turns what a server answered into a FloeException; codes this client doesn't know become their kind. */
final class RemoteErrors {
    static final Metadata.Key<byte[]> TRAILER = Metadata.Key.of("floe-error-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private static final String LATE = "no answer within the call's deadline";
    private static final String LOOK_FIRST = "see whether it happened before trying again";

    private static final Map<Integer, ErrorCode> BY_NUMBER =
            Stream.of(ErrorCode.values()).collect(Collectors.toMap(ErrorCode::number, Function.identity()));

    private RemoteErrors() {}

    static FloeException of(Throwable failure) {
        if (failure instanceof FloeException known) {
            return known;
        }
        if (failure instanceof StatusRuntimeException e) {
            return of(e.getStatus(), e.getTrailers(), failure);
        }
        if (failure instanceof StatusException e) {
            return of(e.getStatus(), e.getTrailers(), failure);
        }
        return new FloeException(ErrorCode.DEFECT, "the call failed: " + failure, failure);
    }

    /** Of a call that changes nothing: where no answer came in time it has no outcome to look for. */
    static FloeException ofRead(Throwable failure) {
        return isLate(failure)
                ? new FloeException(ErrorCode.QUERY_TIMEOUT, LATE, failure).advise("ask for less, or allow more time")
                : of(failure);
    }

    /** Of a statement that changes rows or tables: where its connection broke, nobody knows whether it did. */
    static FloeException ofChange(Throwable failure) {
        return isBroken(failure)
                ? new FloeException(ErrorCode.OUTCOME_UNKNOWN, "the connection broke before the answer came", failure)
                        .advise(LOOK_FIRST)
                : of(failure);
    }

    private static boolean isLate(Throwable failure) {
        return failure instanceof StatusRuntimeException e
                && e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED
                && !isAnswered(e);
    }

    private static boolean isBroken(Throwable failure) {
        return failure instanceof StatusRuntimeException e
                && e.getStatus().getCode() == Status.Code.UNAVAILABLE
                && !isAnswered(e)
                && !isUnsent(e);
    }

    /** True where there was no connection that could have carried the call. */
    private static boolean isUnsent(StatusRuntimeException failure) {
        Throwable cause = failure.getCause();
        while (cause != null) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof SSLHandshakeException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isAnswered(StatusRuntimeException failure) {
        Metadata trailers = failure.getTrailers();
        return trailers != null && trailers.containsKey(TRAILER);
    }

    static FloeException of(Status status, @Nullable Metadata trailers, @Nullable Throwable cause) {
        byte[] encoded = trailers == null ? null : trailers.get(TRAILER);
        if (encoded != null) {
            try {
                return of(Error.parseFrom(encoded), cause);
            } catch (InvalidProtocolBufferException e) {
                // falls through: the status alone has to do
            }
        }
        String detail = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        return switch (status.getCode()) {
            case UNAVAILABLE ->
                new FloeException(ErrorCode.SERVER_UNREACHABLE, "the server can't be reached: " + detail, cause)
                        .advise("check that the server runs and the address is right, then try again");
            case DEADLINE_EXCEEDED -> new FloeException(ErrorCode.OUTCOME_UNKNOWN, LATE, cause).advise(LOOK_FIRST);
            case UNAUTHENTICATED -> new FloeException(ErrorCode.UNAUTHENTICATED, detail, cause);
            case PERMISSION_DENIED -> new FloeException(ErrorCode.PERMISSION_DENIED, detail, cause);
            case RESOURCE_EXHAUSTED -> new FloeException(ErrorCode.MESSAGE_TOO_LARGE, detail, cause);
            case UNIMPLEMENTED ->
                new FloeException(ErrorCode.UNSUPPORTED, "the server lacks this call: " + detail, cause);
            case CANCELLED -> new FloeException(ErrorCode.QUERY_CANCELLED, "the call was cancelled", cause);
            case INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, OUT_OF_RANGE ->
                new FloeException(ErrorCode.INVALID_ARGUMENT, detail, cause);
            case OK, UNKNOWN, ABORTED, INTERNAL, DATA_LOSS ->
                new FloeException(ErrorCode.DEFECT, "the call failed: " + status.getCode() + ": " + detail, cause);
        };
    }

    static FloeException of(Error error, @Nullable Throwable cause) {
        ErrorCode code = BY_NUMBER.getOrDefault(error.getCode(), ofKind(error));
        String message = error.getCorrelationId().isEmpty()
                ? error.getMessage()
                : error.getMessage() + " (correlation id " + error.getCorrelationId() + ")";
        FloeException failure = new FloeException(code, message, cause)
                .at(error.getFieldPath())
                .advise(error.getAction())
                .retryAfter(error.getRetryAfterMillis());
        return error.hasRow() ? failure.inRow(error.getRow()) : failure;
    }

    private static ErrorCode ofKind(Error error) {
        return switch (error.getKind()) {
            case INVALID -> ErrorCode.INVALID_ARGUMENT;
            case DENIED -> ErrorCode.PERMISSION_DENIED;
            case UNAVAILABLE -> ErrorCode.OVERLOADED;
            case UNKNOWN_OUTCOME -> ErrorCode.OUTCOME_UNKNOWN;
            case INTERNAL, ERROR_KIND_UNSPECIFIED, UNRECOGNIZED -> ErrorCode.DEFECT;
        };
    }
}
