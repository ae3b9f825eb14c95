package dev.floe.auth.rpc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.Error;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors as gRPC carries them: a status, and {@code floe.v1.Error} in the trailer {@code floe-error-bin}.
 *
 * <p>The one place where a code becomes a status. What is INTERNAL, and what is no {@link FloeException}, is logged
 * whole under a correlation id; the caller gets the id alone, but for codes that {@linkplain ErrorCode#isTold are
 * told}.
 */
public final class RpcErrors {
    public static final Metadata.Key<Error> TRAILER =
            Metadata.Key.of("floe-error-bin", ProtoUtils.metadataMarshaller(Error.getDefaultInstance()));

    private static final Logger LOG = LoggerFactory.getLogger(RpcErrors.class);

    /** Codes with a narrower status than their kind has. */
    private static final Map<ErrorCode, Status> SPECIAL = new EnumMap<>(Map.ofEntries(
            Map.entry(ErrorCode.TABLE_NOT_FOUND, Status.NOT_FOUND),
            Map.entry(ErrorCode.TENANT_NOT_FOUND, Status.NOT_FOUND),
            Map.entry(ErrorCode.KEY_NOT_FOUND, Status.NOT_FOUND),
            Map.entry(ErrorCode.SNAPSHOT_NOT_FOUND, Status.NOT_FOUND),
            Map.entry(ErrorCode.STATEMENT_NOT_FOUND, Status.NOT_FOUND),
            Map.entry(ErrorCode.TABLE_EXISTS, Status.ALREADY_EXISTS),
            Map.entry(ErrorCode.TENANT_EXISTS, Status.ALREADY_EXISTS),
            Map.entry(ErrorCode.SCHEMA_VERSION_MISMATCH, Status.FAILED_PRECONDITION),
            Map.entry(ErrorCode.QUERY_CANCELLED, Status.CANCELLED),
            Map.entry(ErrorCode.UNAUTHENTICATED, Status.UNAUTHENTICATED),
            Map.entry(ErrorCode.QUERY_TIMEOUT, Status.DEADLINE_EXCEEDED),
            Map.entry(ErrorCode.NOT_VISIBLE_YET, Status.DEADLINE_EXCEEDED),
            Map.entry(ErrorCode.OVERLOADED, Status.RESOURCE_EXHAUSTED),
            Map.entry(ErrorCode.QUERY_MEMORY_EXCEEDED, Status.RESOURCE_EXHAUSTED),
            Map.entry(ErrorCode.DISK_FULL, Status.RESOURCE_EXHAUSTED)));

    private RpcErrors() {}

    /** A failure as the status of its call; a status that is one already stays as it is. */
    public static StatusRuntimeException toStatus(Throwable failure) {
        if (failure instanceof StatusRuntimeException status) {
            return status;
        }
        if (failure instanceof StatusException status) {
            return new StatusRuntimeException(status.getStatus(), status.getTrailers());
        }
        Error error = toWire(failure);
        Metadata trailers = new Metadata();
        trailers.put(TRAILER, error);
        return statusOf(codeOf(failure)).withDescription(description(error)).asRuntimeException(trailers);
    }

    /** A failure as a message, for responses that carry errors beside results. */
    public static Error toWire(Throwable failure) {
        ErrorCode code = codeOf(failure);
        Error.Builder wire =
                Error.newBuilder().setCode(code.number()).setName(code.name()).setKind(kindOf(code.kind()));
        if (code.kind() == ErrorKind.INTERNAL) {
            String id = UUID.randomUUID().toString();
            LOG.error("call failed code={} correlationId={}", code, id, failure);
            if (failure instanceof FloeException told && code.isTold()) {
                return wire.setMessage(told.message())
                        .setAction(told.action().isEmpty() ? "the server's log says more under " + id : told.action())
                        .setCorrelationId(id)
                        .build();
            }
            return wire.setMessage("the server failed; its log says more under " + id)
                    .setAction("report the correlation id to the operator")
                    .setCorrelationId(id)
                    .build();
        }
        FloeException known = (FloeException) failure;
        if (code.kind() == ErrorKind.UNAVAILABLE && known.getCause() != null) {
            LOG.warn("call refused code={}", code, failure);
        }
        if (known.row() >= 0) {
            wire.setRow(known.row());
        }
        return wire.setMessage(known.message())
                .setFieldPath(known.fieldPath())
                .setAction(known.action())
                .setRetryAfterMillis(known.retryAfterMillis())
                .build();
    }

    private static ErrorCode codeOf(Throwable failure) {
        return failure instanceof FloeException known ? known.code() : ErrorCode.DEFECT;
    }

    private static String description(Error error) {
        String text = error.getName() + ": " + error.getMessage();
        return error.getAction().isEmpty() ? text : text + "; " + error.getAction();
    }

    private static dev.floe.wire.v1.ErrorKind kindOf(ErrorKind kind) {
        return switch (kind) {
            case INVALID -> dev.floe.wire.v1.ErrorKind.INVALID;
            case DENIED -> dev.floe.wire.v1.ErrorKind.DENIED;
            case UNAVAILABLE -> dev.floe.wire.v1.ErrorKind.UNAVAILABLE;
            case UNKNOWN_OUTCOME -> dev.floe.wire.v1.ErrorKind.UNKNOWN_OUTCOME;
            case INTERNAL -> dev.floe.wire.v1.ErrorKind.INTERNAL;
        };
    }

    private static Status statusOf(ErrorCode code) {
        Status special = SPECIAL.get(code);
        if (special != null) {
            return special;
        }
        return switch (code.kind()) {
            case INVALID -> Status.INVALID_ARGUMENT;
            case DENIED -> Status.PERMISSION_DENIED;
            case UNAVAILABLE -> Status.UNAVAILABLE;
            case UNKNOWN_OUTCOME -> Status.UNKNOWN;
            case INTERNAL -> Status.INTERNAL;
        };
    }
}
