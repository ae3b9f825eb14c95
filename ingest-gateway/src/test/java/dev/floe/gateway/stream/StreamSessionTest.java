package dev.floe.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.MemoryStreamLog;
import dev.floe.storage.log.LogToken;
import dev.floe.storage.stream.StreamRows;
import dev.floe.storage.stream.StreamWindow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamSessionTest {
    private static final UUID TABLE = new UUID(1, 2);
    private static final StreamName STREAM = new StreamName(TABLE, "orders");

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 500));
    }

    /**
     * A writer that moves between two gateways, with a log that loses entries or answers and a topic that is read
     * late: what was acked is in the table once, and so is all else.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void storesEachRowOnceThroughTwoGateways(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        MemoryStreamLog.Topic topic = new MemoryStreamLog.Topic(false);
        List<MemoryStreamLog> gateways = List.of(new MemoryStreamLog(topic), new MemoryStreamLog(topic));
        Table table = new Table();
        HandTime time = new HandTime();
        long acked = 0;
        long epoch = 0;
        for (int connection = 0; connection < 10; connection++) {
            CompletableFuture<StreamSession> opened =
                    StreamSession.open(gateways.get(random.nextInt(2)), time, STREAM, random.nextBoolean() ? 0 : epoch);
            gateways.forEach(gateway -> drain(gateway));
            StreamSession session = opened.join();
            epoch = session.epoch();
            assertThat(session.next()).isGreaterThanOrEqualTo(acked);
            acked = Math.max(acked, write(random, session, table, gateways, time));
        }
        table.deliverAll();

        assertThat(table.taken).doesNotHaveDuplicates();
        assertThat(table.taken.headSet(acked)).hasSize((int) acked);
    }

    @Test
    void refusesAGapAndSaysWhereToGoOn() {
        StreamSession session = open(new MemoryStreamLog());
        FloeException gap = catchThrowableOfType(FloeException.class, () -> session.admit(7, 3));
        assertThat(gap.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(gap.action()).contains("offset 0");
    }

    @Test
    void knowsRowsThatWereSentBefore() {
        StreamSession session = open(new MemoryStreamLog());
        assertThat(session.admit(0, 10)).isZero();
        assertThat(session.ack(10, CompletableFuture.completedFuture(new LogToken(TABLE, Map.of(3, 17L))))
                        .join()
                        .offsets())
                .containsEntry(3, 17L);
        assertThat(session.admit(4, 4)).isEqualTo(4);
        assertThat(session.acked(8).join().offsets()).containsEntry(3, 17L);
        assertThat(session.admit(4, 10)).isEqualTo(6);
    }

    @Test
    void endsAtTheFirstFailure() {
        StreamSession session = open(new MemoryStreamLog());
        CompletableFuture<LogToken> first = session.ack(10, CompletableFuture.failedFuture(lost()));
        CompletableFuture<LogToken> second =
                session.ack(20, CompletableFuture.completedFuture(new LogToken(TABLE, Map.of())));
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        FloeException over = catchThrowableOfType(FloeException.class, () -> session.admit(20, 1));
        assertThat(over.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE);
    }

    @Test
    void isFencedByALaterWriter() {
        MemoryStreamLog log = new MemoryStreamLog();
        StreamSession first = open(log);
        StreamSession second = open(log);
        CompletableFuture<LogToken> late =
                first.ack(10, CompletableFuture.completedFuture(new LogToken(TABLE, Map.of())));
        assertThat(late)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(Exception.class)
                .withMessageContaining("taken over")
                .withMessageContaining("offsets 0 to 9 were on their way");
        assertThat(second.next()).isZero();
        assertThat(StreamSession.open(log, STREAM, first.epoch())).isCompletedExceptionally();
        assertThat(StreamSession.open(log, STREAM, second.epoch())).isCompleted();
    }

    @Test
    void handsNothingOnOnceALaterClaimWasReadThroughAnotherGateway() {
        MemoryStreamLog.Topic topic = new MemoryStreamLog.Topic(false);
        MemoryStreamLog here = new MemoryStreamLog(topic);
        MemoryStreamLog elsewhere = new MemoryStreamLog(topic);
        StreamSession first = opened(here, new HandTime());
        opened(elsewhere, new HandTime());
        assertThat(first.admit(1, 3)).isZero();

        here.deliver();
        FloeException refused = catchThrowableOfType(FloeException.class, () -> first.admit(1, 3));
        assertThat(refused.code()).isEqualTo(ErrorCode.STREAM_FENCED);
        assertThat(refused.message()).doesNotContain("may be stored");
        assertThat(catchThrowableOfType(FloeException.class, first::requireNewest)
                        .code())
                .isEqualTo(ErrorCode.STREAM_FENCED);
    }

    @Test
    void agreesOnceOnBatchesThatAreInFlightTogether() {
        HandTime time = new HandTime();
        MemoryStreamLog.Topic topic = new MemoryStreamLog.Topic(false);
        MemoryStreamLog log = new MemoryStreamLog(topic);
        StreamSession session = opened(log, time);
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        List<CompletableFuture<LogToken>> acks = new ArrayList<>();
        for (int batch = 0; batch < 8; batch++) {
            answers.add(new CompletableFuture<>());
            acks.add(session.ack(2 + batch, answers.get(batch).thenApply(at -> new LogToken(TABLE, Map.of(0, at)))));
        }
        long before = topic.size();
        answers.forEach(answer -> answer.complete(1L));
        log.deliver();

        assertThat(acks).allMatch(CompletableFuture::isDone);
        assertThat(topic.size() - before).isEqualTo(1);
    }

    @Test
    void waitsForBatchesInFlightNoLongerThanTheRecordBeforeTook() {
        HandTime time = new HandTime();
        MemoryStreamLog log = new MemoryStreamLog(new MemoryStreamLog.Topic(false));
        StreamSession session = opened(log, time);
        CompletableFuture<Long> first = new CompletableFuture<>();
        CompletableFuture<LogToken> ack = session.ack(2, first.thenApply(at -> new LogToken(TABLE, Map.of(0, at))));
        CompletableFuture<LogToken> never = session.ack(3, new CompletableFuture<>());
        first.complete(1L);
        log.deliver();
        assertThat(ack).isNotDone();

        time.now += 4;
        time.passAll();
        log.deliver();
        assertThat(ack).isNotDone();

        time.now += 1;
        time.passAll();
        log.deliver();
        assertThat(ack).isCompleted();
        assertThat(never).isNotDone();
    }

    /** A session whose first record took 5 ns. */
    private static StreamSession opened(MemoryStreamLog log, HandTime time) {
        // of two claims in one millisecond, the later is the higher only where the earlier was read
        drain(log);
        CompletableFuture<StreamSession> opening = StreamSession.open(log, time, STREAM, 0);
        drain(log);
        StreamSession session = opening.join();
        CompletableFuture<LogToken> first =
                session.ack(1, CompletableFuture.completedFuture(new LogToken(TABLE, Map.of(0, 1L))));
        time.now += 5;
        log.deliver();
        assertThat(first).isCompleted();
        return session;
    }

    /** A clock that is set by hand, and what waits for it. */
    private static final class HandTime implements StreamTimer {
        private long now;
        private List<Runnable> tasks = new ArrayList<>();

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void later(Runnable task) {
            tasks.add(task);
        }

        void passAll() {
            List<Runnable> due = tasks;
            tasks = new ArrayList<>();
            due.forEach(Runnable::run);
        }
    }

    private static FloeException lost() {
        return new FloeException(ErrorCode.OUTCOME_UNKNOWN, "lost");
    }

    private static StreamSession open(MemoryStreamLog log) {
        return StreamSession.open(log, STREAM, 0).join();
    }

    private static void drain(MemoryStreamLog gateway) {
        for (int i = 0; i < 4; i++) {
            gateway.deliver();
        }
    }

    /** Sends batches of one connection; returns the first row that was not acked. */
    private static long write(
            SplittableRandom random,
            StreamSession session,
            Table table,
            List<MemoryStreamLog> gateways,
            HandTime time) {
        long begin = session.next();
        long[] acked = {begin};
        long next = begin;
        for (int batch = random.nextInt(12); batch > 0; batch--) {
            long end = next + 1 + random.nextInt(30);
            try {
                session.admit(next, end - next);
            } catch (FloeException e) {
                break;
            }
            List<CompletableFuture<Long>> entries = new ArrayList<>();
            for (int bucket = 0; bucket < Table.BUCKETS; bucket++) {
                int of = bucket;
                long[] rows = LongStream.range(next, end)
                        .filter(row -> Table.bucketOf(row) == of)
                        .toArray();
                if (rows.length > 0) {
                    StreamRows sent = StreamRows.of(session.id(), session.epoch(), session.previous(bucket), rows);
                    CompletableFuture<Long> answer = table.append(random, bucket, sent);
                    session.hand(bucket, sent.last(), answer);
                    entries.add(answer);
                }
            }
            long to = end;
            CompletableFuture<Void> unused = session.ack(
                            end,
                            CompletableFuture.allOf(entries.toArray(CompletableFuture[]::new))
                                    .thenApply(nothing -> new LogToken(TABLE, Map.of())))
                    .thenAccept(token -> acked[0] = Math.max(acked[0], to));
            next = end;
            time.now += random.nextInt(3);
            if (random.nextInt(3) == 0) {
                time.passAll();
            }
            if (random.nextBoolean()) {
                table.deliverSome(random);
            }
            gateways.forEach(gateway -> {
                if (random.nextBoolean()) {
                    gateway.deliver();
                }
            });
        }
        if (random.nextBoolean()) {
            table.deliverSome(random);
        }
        for (int i = 0; i < 4; i++) {
            time.now += 1_000;
            time.passAll();
            gateways.forEach(StreamSessionTest::drain);
        }
        return acked[0];
    }

    /** A log with what the job makes of it. Entries reach a bucket in order, late, or not at all. */
    private static final class Table {
        private static final int BUCKETS = 3;

        private final TreeSet<Long> taken = new TreeSet<>();
        private final List<StreamWindow> windows = new ArrayList<>();
        private final List<Deque<Sent>> pending = new ArrayList<>();
        private long offset;

        private record Sent(StreamRows rows, CompletableFuture<Long> answer, boolean answered) {}

        Table() {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                windows.add(new StreamWindow(Duration.ofDays(1)));
                pending.add(new ArrayDeque<>());
            }
        }

        static int bucketOf(long row) {
            return (int) Math.floorMod((row * 0x9E3779B97F4A7C15L) >> 32, (long) BUCKETS);
        }

        CompletableFuture<Long> append(SplittableRandom random, int bucket, StreamRows rows) {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            int fate = random.nextInt(12);
            if (fate == 0) {
                answer.completeExceptionally(lost());
            } else {
                pending.get(bucket).add(new Sent(rows, answer, fate != 1));
            }
            return answer;
        }

        void deliverSome(SplittableRandom random) {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                while (!pending.get(bucket).isEmpty() && random.nextInt(4) > 0) {
                    deliver(bucket);
                }
            }
        }

        void deliverAll() {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                while (!pending.get(bucket).isEmpty()) {
                    deliver(bucket);
                }
            }
        }

        private void deliver(int bucket) {
            Sent sent = pending.get(bucket).remove();
            BitSet out = windows.get(bucket).repeated(offset++, 1, List.of(sent.rows()));
            for (int row = 0; row < sent.rows().rowCount(); row++) {
                if (out == null || !out.get(row)) {
                    assertThat(taken.add(sent.rows().offset(row))).isTrue();
                }
            }
            if (sent.answered()) {
                sent.answer().complete(offset);
            } else {
                sent.answer().completeExceptionally(lost());
            }
        }
    }
}
