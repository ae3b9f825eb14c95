package dev.floe.gateway.rpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.floe.auth.rpc.RpcErrors;
import dev.floe.gateway.stream.StreamSession;
import dev.floe.gateway.write.Stored;
import dev.floe.storage.log.LogToken;
import dev.floe.wire.v1.Ack;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.Token;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Turns outcomes into messages. */
final class Answers {
    private Answers() {}

    static AppendResponse stored(long requestId, Stored stored, @Nullable StreamSession session, long offset) {
        AppendResponse.Builder answer =
                AppendResponse.newBuilder().setRequestId(requestId).setAck(ack(stored));
        if (session != null) {
            answer.setNextOffset(offset + stored.rows())
                    .setAlreadyExists(stored.alreadyExists())
                    .setWriterEpoch(session.epoch());
        }
        return answer.build();
    }

    /** Of a request that only opened its stream. */
    static AppendResponse opened(long requestId, StreamSession session, int schemaVersion) {
        return AppendResponse.newBuilder()
                .setRequestId(requestId)
                .setAck(Ack.newBuilder().setSchemaVersion(schemaVersion))
                .setNextOffset(session.next())
                .setWriterEpoch(session.epoch())
                .build();
    }

    static AppendResponse refused(long requestId, Throwable failure, @Nullable StreamSession session) {
        AppendResponse.Builder answer =
                AppendResponse.newBuilder().setRequestId(requestId).setError(RpcErrors.toWire(cause(failure)));
        if (session != null) {
            answer.setNextOffset(session.next()).setWriterEpoch(session.epoch());
        }
        return answer.build();
    }

    static Ack ack(Stored stored) {
        return Ack.newBuilder()
                .setRowsStored(stored.rowsStored())
                .setRowsRefused(stored.rowsRefused())
                .addAllRowErrors(
                        stored.rowErrors().stream().map(RpcErrors::toWire).toList())
                .setToken(token(stored.token()))
                .setSchemaVersion(stored.schemaVersion())
                .build();
    }

    static Token token(LogToken token) {
        return Token.newBuilder()
                .setValue(UnsafeByteOperations.unsafeWrap(token.encode()))
                .build();
    }

    /** What went wrong, without the wrapping of futures. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
