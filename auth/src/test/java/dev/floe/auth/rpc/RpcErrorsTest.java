package dev.floe.auth.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.Error;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RpcErrorsTest {
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void carriesEveryCodeInTheTrailer(ErrorCode code) {
        Error wire = trailer(RpcErrors.toStatus(new FloeException(code, "what was wrong")));

        assertThat(wire.getCode()).isEqualTo(code.number());
        assertThat(wire.getName()).isEqualTo(code.name());
        assertThat(wire.getKind().name()).isEqualTo(code.kind().name());
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void tellsCallersNothingOfInternalErrors(ErrorCode code) {
        Error wire = RpcErrors.toWire(
                new FloeException(code, "secret detail").at("secret").advise("secret advice"));

        boolean isInternal = code.kind() == ErrorKind.INTERNAL;
        assertThat(wire.toString().contains("secret")).isEqualTo(!isInternal || code == ErrorCode.DATA_UNREADABLE);
        assertThat(wire.getCorrelationId().isEmpty()).isEqualTo(!isInternal);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_TABLE, INVALID_ARGUMENT",
        "TABLE_NOT_FOUND, NOT_FOUND",
        "TABLE_EXISTS, ALREADY_EXISTS",
        "SCHEMA_VERSION_MISMATCH, FAILED_PRECONDITION",
        "UNAUTHENTICATED, UNAUTHENTICATED",
        "PERMISSION_DENIED, PERMISSION_DENIED",
        "LOG_UNAVAILABLE, UNAVAILABLE",
        "OVERLOADED, RESOURCE_EXHAUSTED",
        "DISK_FULL, RESOURCE_EXHAUSTED",
        "NOT_VISIBLE_YET, DEADLINE_EXCEEDED",
        "OUTCOME_UNKNOWN, UNKNOWN",
        "DEFECT, INTERNAL"
    })
    void givesEachCodeItsStatus(ErrorCode code, Status.Code status) {
        assertThat(RpcErrors.toStatus(new FloeException(code, "x")).getStatus().getCode())
                .isEqualTo(status);
    }

    @Test
    void keepsWhereAndWhatToDo() {
        Error wire = RpcErrors.toWire(new FloeException(ErrorCode.WRONG_TYPE, "a text in a number")
                .at("address.zip")
                .inRow(7)
                .advise("send a number"));

        assertThat(wire.getFieldPath()).isEqualTo("address.zip");
        assertThat(wire.getRow()).isEqualTo(7);
        assertThat(wire.getAction()).isEqualTo("send a number");
    }

    @Test
    void leavesTheRowOutWhereNoneIsToBlame() {
        assertThat(RpcErrors.toWire(new FloeException(ErrorCode.WRONG_TYPE, "x"))
                        .hasRow())
                .isFalse();
    }

    @Test
    void hidesForeignExceptions() {
        StatusRuntimeException status = RpcErrors.toStatus(new IllegalStateException("/secret/path"));

        assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getStatus().getDescription()).doesNotContain("secret");
        assertThat(trailer(status).getCorrelationId()).isNotEmpty();
    }

    @Test
    void leavesAStatusAsItIs() {
        StatusRuntimeException status = Status.ABORTED.asRuntimeException();

        assertThat(RpcErrors.toStatus(status)).isSameAs(status);
    }

    private static Error trailer(StatusRuntimeException status) {
        Metadata trailers = Objects.requireNonNull(status.getTrailers());
        return Objects.requireNonNull(trailers.get(RpcErrors.TRAILER));
    }
}
