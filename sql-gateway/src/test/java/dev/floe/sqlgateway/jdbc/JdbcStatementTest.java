package dev.floe.sqlgateway.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sqlgateway.MemoryEngine;
import dev.floe.sqlgateway.TestServer;
import dev.floe.sqlgateway.admission.Admission;
import dev.floe.sqlgateway.admission.ManualClock;
import dev.floe.sqlgateway.admission.QueueSettings;
import dev.floe.sqlgateway.admission.WaitClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JdbcStatementTest {
    private final MemoryEngine engine = new MemoryEngine();
    private final Admission queries = new Admission("queries", "wait", 2, 2);
    private final JdbcStatement statement = new JdbcStatement(1, null, Long.MAX_VALUE);

    private JdbcResult open() {
        var principal = TestServer.authenticator().authenticate(Optional.of("reader"));
        var query = engine.prepare(principal, "endless");
        var limits = TestServer.SETTINGS.limits(0, Duration.ofMinutes(1), 0);
        var none = MemoryEngine.batch(List.of(), List.of());
        var cut = new ReadCut.Committed();
        return new JdbcResult(
                engine.execute(principal, query, none, cut, limits),
                queries.admit(TenantName.DEFAULT),
                TimeForm.TEXT,
                Long.MAX_VALUE,
                1_000,
                Duration.ofMinutes(1));
    }

    @Test
    void aCloseWhileACallRunsCancelsItAndLeavesNothingOpen() {
        FloeException ended = catchThrowableOfType(
                FloeException.class,
                () -> statement.exclusively(() -> {
                    statement.replaceResult(open());
                    closeElsewhere();
                    return statement.result().frame(0, 10);
                }));
        assertThat(ended.code()).isEqualTo(ErrorCode.QUERY_CANCELLED);
        assertThat(engine.openCursors()).isZero();
        assertThat(queries.taken()).isZero();
    }

    @Test
    void aCloseBeforeTheResultIsOpenClosesItToo() {
        FloeException ended = catchThrowableOfType(
                FloeException.class,
                () -> statement.exclusively(() -> {
                    closeElsewhere();
                    statement.replaceResult(open());
                    return "started";
                }));
        assertThat(ended.code()).isEqualTo(ErrorCode.QUERY_CANCELLED);
        assertThat(engine.openCursors()).isZero();
        assertThat(queries.taken()).isZero();
    }

    @Test
    void aCloseCallsOffAWaitForAPlace() {
        WaitClock still = new ManualClock();
        Admission.Queue queue = new Admission.Queue(new QueueSettings(1, Duration.ofHours(1)), still);
        try (Admission busy = new Admission("queries", "wait", 1, 1, queue)) {
            busy.admit(TenantName.DEFAULT);
            FloeException ended = catchThrowableOfType(
                    FloeException.class,
                    () -> statement.exclusively(() -> {
                        new Thread(() -> {
                                    await().until(() -> busy.counts().waiting() == 1);
                                    statement.close();
                                })
                                .start();
                        return statement.await(busy.request(TenantName.DEFAULT, Duration.ofHours(1)));
                    }));
            assertThat(ended.code()).isEqualTo(ErrorCode.QUERY_CANCELLED);
            assertThat(busy.counts().waiting()).isZero();
        }
    }

    private void closeElsewhere() {
        Thread other = new Thread(statement::close);
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aSecondCallIsRefusedAndNotQueued() {
        FloeException[] refused = new FloeException[1];
        statement.exclusively(() -> {
            Thread other = new Thread(() ->
                    refused[0] = catchThrowableOfType(FloeException.class, () -> statement.exclusively(() -> "ran")));
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "done";
        });
        assertThat(refused[0].message()).contains("another call");
    }
}
