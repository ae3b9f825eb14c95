package dev.floe.gateway.write;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Health;
import dev.floe.gateway.log.EntryLog;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A log that answers late, out of order and from its own thread, and loses entries or answers, as a seed decides. */
final class UnreliableLog implements EntryLog {
    private static final int ENTRY_BYTES_MAX = 64 << 10;
    private static final int DELAY_MICROS_MAX = 3_000;

    private final SplittableRandom random;
    private final double failing;
    private final ScheduledExecutorService answers = Executors.newSingleThreadScheduledExecutor();
    private final List<Sent> sent = new ArrayList<>();

    /** What becomes of an entry. */
    enum Fate {
        KEPT,
        LOST,
        KEPT_BUT_FAILED
    }

    /** An entry that was handed over. */
    @SuppressWarnings("ArrayRecordComponent") // a test's own bytes
    record Sent(UUID tableId, int bucket, long offset, byte[] bytes, Fate fate) {}

    UnreliableLog(long seed, double failing) {
        this.random = new SplittableRandom(seed);
        this.failing = failing;
    }

    synchronized List<Sent> sent() {
        return List.copyOf(sent);
    }

    @Override
    public synchronized CompletableFuture<Long> append(UUID tableId, int bucket, byte[] entry) {
        if (random.nextDouble() < failing / 3) {
            throw new IllegalStateException("the log breaks");
        }
        Fate fate = Fate.KEPT;
        if (random.nextDouble() < failing) {
            fate = random.nextBoolean() ? Fate.LOST : Fate.KEPT_BUT_FAILED;
        }
        Sent kept = new Sent(tableId, bucket, sent.size(), entry, fate);
        sent.add(kept);
        CompletableFuture<Long> answer = new CompletableFuture<>();
        if (random.nextInt(10) == 0) {
            answer(kept, answer);
        } else {
            ScheduledFuture<?> unused = answers.schedule(
                    () -> answer(kept, answer), random.nextInt(DELAY_MICROS_MAX), TimeUnit.MICROSECONDS);
        }
        return answer;
    }

    private static void answer(Sent kept, CompletableFuture<Long> answer) {
        switch (kept.fate()) {
            case KEPT -> answer.complete(kept.offset());
            case LOST ->
                answer.completeExceptionally(
                        new FloeException(ErrorCode.LOG_UNAVAILABLE, Long.toString(kept.offset())));
            case KEPT_BUT_FAILED ->
                answer.completeExceptionally(
                        new FloeException(ErrorCode.OUTCOME_UNKNOWN, Long.toString(kept.offset())));
        }
    }

    @Override
    public LogId id() {
        return LogId.ANY;
    }

    @Override
    public Map<LogKey, Long> extendPast(Map<LogKey, Long> remembered) {
        return Map.of();
    }

    @Override
    public int entryBytesMax() {
        return ENTRY_BYTES_MAX;
    }

    @Override
    public String name() {
        return "unreliable-log";
    }

    @Override
    public void start() {}

    @Override
    public Health health() {
        return Health.OK;
    }

    @Override
    public void close() {
        answers.shutdown();
    }
}
