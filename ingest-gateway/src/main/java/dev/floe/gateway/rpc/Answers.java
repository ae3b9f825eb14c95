package dev.floe.gateway.rpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.floe.auth.rpc.RpcErrors;
import dev.floe.gateway.write.Stored;
import dev.floe.wire.v1.Ack;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.Token;
import java.util.concurrent.CompletionException;

/** Turns outcomes into messages. */
final class Answers {
    private Answers() {}

    static AppendResponse stored(long requestId, Stored stored) {
        return AppendResponse.newBuilder()
                .setRequestId(requestId)
                .setAck(ack(stored))
                .build();
    }

    static AppendResponse refused(long requestId, Throwable failure) {
        return AppendResponse.newBuilder()
                .setRequestId(requestId)
                .setError(RpcErrors.toWire(cause(failure)))
                .build();
    }

    static Ack ack(Stored stored) {
        return Ack.newBuilder()
                .setRowsStored(stored.rowsStored())
                .setRowsRefused(stored.rowsRefused())
                .addAllRowErrors(
                        stored.rowErrors().stream().map(RpcErrors::toWire).toList())
                .setToken(Token.newBuilder()
                        .setValue(UnsafeByteOperations.unsafeWrap(stored.token().encode())))
                .setSchemaVersion(stored.schemaVersion())
                .build();
    }

    /** What went wrong, without the wrapping of futures. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
