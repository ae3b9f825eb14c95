package dev.floe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.flow.DiskWatermark;
import dev.floe.gateway.write.CoalesceSettings;
import dev.floe.storage.log.LogToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of several connections that share log entries. */
class GatewayCoalescingTest {
    private static final int WRITERS = 20;
    private static final Duration NEVER = Duration.ofHours(1);

    private final MemoryLog log = new MemoryLog(64 << 10);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void gathersWhileAnEntryIsOnItsWay() {
        log.hold();
        List<TableWriter> writers = writers(start(NEVER));
        List<CompletableFuture<Ack>> acks = new ArrayList<>();
        acks.add(writers.get(0).append(row(0), Operation.APPEND));
        Awaitility.await().until(() -> log.unansweredCount() == 1);
        for (int i = 1; i < WRITERS; i++) {
            acks.add(writers.get(i).append(row(i), Operation.APPEND));
        }
        Awaitility.await().until(() -> gateway().counters().rowsReceived() == WRITERS);
        assertThat(log.entryCount()).isEqualTo(1);
        assertThat(acks).noneMatch(CompletableFuture::isDone);

        log.release();

        acks.forEach(ack -> assertThat(ack.join().rowsStored()).isEqualTo(1));
        assertThat(log.entryCount()).isEqualTo(2);
        assertThat(log.rows()).hasSize(WRITERS);
        assertThat(gateway().counters().entriesWritten()).isEqualTo(2);
        assertThat(LogToken.decode(acks.get(1).join().token().bytes()).offsets())
                .containsValue(1L);
    }

    @Test
    void waitsNoLongerThanTheLingerForASlowLog() {
        log.hold();
        List<TableWriter> writers = writers(start(Duration.ofMillis(5)));
        for (int i = 0; i < WRITERS; i++) {
            CompletableFuture<Ack> unused = writers.get(i).append(row(i), Operation.APPEND);
        }

        Awaitility.await().until(() -> log.rows().size() == WRITERS);
        log.release();
    }

    @Test
    void keepsWhatIsWrongWithARequestToItself() {
        log.hold();
        List<TableWriter> writers = writers(start(NEVER));
        List<CompletableFuture<Ack>> acks = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            acks.add(writers.get(i).append(i == 7 ? row("no number") : row(i), Operation.APPEND));
        }
        Awaitility.await().until(() -> gateway().counters().rowsReceived() == WRITERS);
        log.release();

        for (int i = 0; i < WRITERS; i++) {
            Ack ack = acks.get(i).join();
            assertThat(ack.rowsStored()).isEqualTo(i == 7 ? 0 : 1);
            assertThat(ack.rowErrors()).hasSize(i == 7 ? 1 : 0);
        }
        assertThat(log.rows()).hasSize(WRITERS - 1);
    }

    @Test
    void failsWhoeverIsInAnEntryThatTheLogRefuses() {
        log.hold();
        List<TableWriter> writers = writers(start(NEVER));
        CompletableFuture<Ack> first = writers.get(0).append(row(0), Operation.APPEND);
        Awaitility.await().until(() -> log.unansweredCount() == 1);
        List<CompletableFuture<Ack>> later = new ArrayList<>();
        for (int i = 1; i < WRITERS; i++) {
            later.add(writers.get(i).append(row(i), Operation.APPEND));
        }
        Awaitility.await().until(() -> gateway().counters().rowsReceived() == WRITERS);
        log.failWith(new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log is away"));
        log.release();

        assertThat(first.join().rowsStored()).isEqualTo(1);
        later.forEach(ack -> assertThat(ack)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        FloeException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE)));
        assertThat(gateway().counters().rowsFailed()).isEqualTo(WRITERS - 1);
    }

    /** Rows of many streams in one entry, some of them sent twice since an entry failed: a job takes each once. */
    @Test
    void rowsOfStreamsShareEntriesAndAreTakenOnce() {
        TestGateway gateway = start(Duration.ofMillis(20));
        FloeClient client = gateway.client("writer");
        open.add(client);
        List<TableWriter> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            TableWriter writer = client.writer("events");
            open.add(writer);
            writers.add(writer);
        }
        List<CompletableFuture<Ack>> acks = new ArrayList<>();
        int sent = 0;
        for (int round = 0; round < 3; round++) {
            log.hold();
            for (int i = 0; i < 10 * WRITERS; i++) {
                acks.add(writers.get(i % WRITERS).append(row(sent++), Operation.APPEND));
            }
            Awaitility.await().until(() -> log.unansweredCount() > 0);
            log.failWith(new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log is away").retryAfter(50));
            log.release();
            log.failWith(null);
        }

        acks.forEach(ack -> assertThat(ack).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(log.rowsOnce().stream().sorted())
                .containsExactlyElementsOf(LongStream.range(0, sent).boxed().toList());
        assertThat(log.rows().size()).isGreaterThan(log.entryCount());
    }

    private TestGateway start(Duration linger) {
        GatewaySettings base = TestGateway.SETTINGS;
        TestGateway gateway = new TestGateway(
                new FakeTables(),
                log,
                DiskWatermark.none(),
                new GatewaySettings(
                        base.batchRowsMax(),
                        base.batchBytesMax(),
                        base.inFlightBytesMax(),
                        base.streamInFlightBytesMax(),
                        base.columnsMax(),
                        base.valueDepthMax(),
                        base.diskFreeBytesMin(),
                        new CoalesceSettings(linger, 1_000)));
        open.add(gateway);
        return gateway;
    }

    private IngestGateway gateway() {
        return ((TestGateway) open.get(0)).gateway();
    }

    private List<TableWriter> writers(TestGateway gateway) {
        FloeClient client = gateway.client("writer");
        open.add(client);
        List<TableWriter> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            // those of a stream have their bucket each, and send again what failed
            TableWriter writer =
                    client.writer("events", WriterSettings.defaults().withoutStream());
            open.add(writer);
            writers.add(writer);
        }
        return writers;
    }

    private static Batch row(Object id) {
        return Batch.of(List.of("id", "name"), List.<@Nullable Object[]>of(new @Nullable Object[] {
            id instanceof Integer n ? (long) n : id, "n"
        }));
    }
}
