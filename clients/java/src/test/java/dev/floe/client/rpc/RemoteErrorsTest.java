package dev.floe.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.Error;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class RemoteErrorsTest {
    private final StatusRuntimeException late = Status.DEADLINE_EXCEEDED.asRuntimeException();
    private final StatusRuntimeException broken = Status.UNAVAILABLE
            .withDescription("io exception")
            .withCause(new IOException("Connection reset by peer"))
            .asRuntimeException();
    private final StatusRuntimeException absent = Status.UNAVAILABLE
            .withDescription("io exception")
            .withCause(new ConnectException("Connection refused"))
            .asRuntimeException();

    @Test
    void aLateReadHasNoOutcomeToLookFor() {
        FloeException told = RemoteErrors.ofRead(late);
        assertThat(told.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
        assertThat(told.action()).isEqualTo("ask for less, or allow more time");
    }

    @Test
    void theOutcomeOfALateChangeIsUnknown() {
        FloeException told = RemoteErrors.ofChange(late);
        assertThat(told.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(told.action()).isEqualTo("see whether it happened before trying again");
    }

    @Test
    void aConnectionThatBreaksLeavesTheOutcomeOfAChangeOpenOnly() {
        assertThat(RemoteErrors.ofChange(broken).code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
        assertThat(RemoteErrors.ofRead(broken).code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    }

    @Test
    void aServerThatWasNeverReachedHasChangedNothing() {
        assertThat(RemoteErrors.ofChange(absent).code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    }

    @Test
    void whatTheServerSaysStands() {
        Metadata trailers = new Metadata();
        trailers.put(
                RemoteErrors.TRAILER,
                Error.newBuilder()
                        .setCode(ErrorCode.OVERLOADED.number())
                        .build()
                        .toByteArray());
        StatusRuntimeException told = Status.UNAVAILABLE.asRuntimeException(trailers);
        assertThat(RemoteErrors.ofChange(told).code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(RemoteErrors.ofRead(told).code()).isEqualTo(ErrorCode.OVERLOADED);
    }
}
