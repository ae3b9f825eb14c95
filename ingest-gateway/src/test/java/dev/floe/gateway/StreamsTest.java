package dev.floe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.FloeClient;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.flow.DiskWatermark;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writers with streams, over gRPC. */
class StreamsTest {
    private static final WriterSettings NAMED = WriterSettings.defaults().withStream("importer-1");

    private final MemoryLog log = new MemoryLog(1 << 20);
    private final MemoryStreamLog.Topic topic = new MemoryStreamLog.Topic(true);
    private TestGateway first = gateway();
    private TestGateway second = gateway();
    private FloeClient client = first.client("writer");

    private TestGateway gateway() {
        return new TestGateway(
                new FakeTables(), log, new MemoryStreamLog(topic), DiskWatermark.none(), TestGateway.SETTINGS);
    }

    @BeforeEach
    void connect() {
        assertThat(log.entryCount()).isZero();
    }

    @AfterEach
    void close() {
        client.close();
        first.close();
        second.close();
    }

    @Test
    void goesOnWhereTheStreamIs() {
        try (TableWriter writer = client.writer("events", NAMED)) {
            assertThat(writer.nextOffset()).isZero();
            writer.append(batch(1, 2, 3)).join();
            assertThat(writer.nextOffset()).isEqualTo(3);
        }
        try (FloeClient other = second.client("writer");
                TableWriter again = other.writer("events", NAMED)) {
            assertThat(again.nextOffset()).isEqualTo(3);
            assertThat(again.append(batch(4)).join().alreadyExists()).isFalse();
        }
        assertThat(ids()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
    }

    @Test
    void fencesTheWriterBefore() {
        try (TableWriter old = client.writer("events", NAMED);
                FloeClient other = second.client("writer")) {
            old.append(batch(1)).join();
            try (TableWriter taker = other.writer("events", NAMED)) {
                assertThat(taker.nextOffset()).isEqualTo(1);
                assertThat(failure(old.append(batch(9)))).isEqualTo(ErrorCode.STREAM_FENCED);
                taker.append(batch(2)).join();
            }
        }
        assertThat(ids()).containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void sendsAgainWithoutDoublingWhatTheLogMayHave() {
        log.hold();
        try (TableWriter writer = client.writer("events")) {
            List<CompletableFuture<Ack>> acks = new ArrayList<>();
            for (long id = 0; id < 20; id++) {
                acks.add(writer.append(batch(id)));
            }
            log.failWith(new FloeException(ErrorCode.OUTCOME_UNKNOWN, "timed out"));
            acks.add(writer.append(batch(20)));
            log.release();
            log.failWith(null);
            acks.forEach(CompletableFuture::join);
        }
        assertThat(log.rowsOnce()).containsExactlyInAnyOrderElementsOf(longs(21));
    }

    @Test
    void goesOnAfterARefusedBatch() {
        try (TableWriter writer = client.writer("events")) {
            CompletableFuture<Ack> good = writer.append(batch(1));
            CompletableFuture<Ack> wrong =
                    writer.append(Batch.of(List.of("nmae"), List.<@Nullable Object[]>of(row(7L))));
            CompletableFuture<Ack> behind = writer.append(batch(2, 3));
            CompletableFuture<Ack> last = writer.append(batch(4));
            good.join();
            assertThat(failure(wrong)).isEqualTo(ErrorCode.UNKNOWN_COLUMN);
            behind.join();
            last.join();
            assertThat(writer.nextOffset()).isEqualTo(4);
        }
        assertThat(ids()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
    }

    @Test
    void goesOnAfterABatchThatIsTooLargeForARequest() {
        Batch large = Batch.of(List.of(), List.<@Nullable Object[]>of(row(9L, "x".repeat(17 << 20), null)));
        for (WriterSettings settings : List.of(WriterSettings.defaults(), NAMED)) {
            try (TableWriter writer = client.writer("events", settings)) {
                CompletableFuture<Ack> good = writer.append(batch(1));
                CompletableFuture<Ack> refused = writer.append(large);
                CompletableFuture<Ack> behind = writer.append(batch(2));
                good.join();
                assertThat(failure(refused)).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
                behind.join();
                assertThat(writer.nextOffset()).isEqualTo(2);
            }
        }
        assertThat(ids()).containsExactlyInAnyOrder(1L, 2L, 1L, 2L);
    }

    @Test
    void keepsStreamsOfTenantsApart() {
        try (TableWriter writer = client.writer("events", NAMED);
                FloeClient other = first.client("other");
                TableWriter theirs = other.writer("events", NAMED)) {
            writer.append(batch(1)).join();
            FloeException refused = catchThrowableOfType(FloeException.class, theirs::nextOffset);
            assertThat(refused.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        }
    }

    private List<Long> ids() {
        return log.rowsOnce();
    }

    private static List<Long> longs(int count) {
        List<Long> longs = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            longs.add(i);
        }
        return longs;
    }

    private static ErrorCode failure(CompletableFuture<Ack> ack) {
        try {
            ack.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof FloeException known) {
                return known.code();
            }
            throw e;
        }
        throw new AssertionError("the batch was stored");
    }

    private static Batch batch(long... ids) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (long id : ids) {
            rows.add(row(id, "n" + id, null));
        }
        return Batch.of(List.of(), rows);
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }
}
