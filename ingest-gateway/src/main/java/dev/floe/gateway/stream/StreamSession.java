package dev.floe.gateway.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.fault.FaultPoint;
import dev.floe.storage.log.LogToken;
import dev.floe.storage.stream.StreamId;
import dev.floe.storage.stream.StreamRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a stream's writer.
 *
 * <p>Invariants: batches are handed to the log in the order of their offsets, with no gap; a batch is acked only when
 * all its entries are durable, and those of all batches before it, and the stream's log has accepted the offset after
 * it; once anything fails nothing more is handed on or acked, so that the writer connects again and goes on from what
 * is known to be durable; once a later writer's claim was read here, nothing more is handed on.
 *
 * <p>What was handed on before that may be stored, at or above the offset that the later writer was told: it keeps its
 * place if that writer sends rows under the same offsets. So a writer that goes on sends the same rows, and each is
 * stored once; one that takes over with rows of its own first sees to it that the writer before sends no more.
 *
 * <p>One record in the stream's log may agree on many batches: while batches are in flight it waits for them, but no
 * longer than the record before it took, so that it adds little to an ack where the log is quick and saves most records
 * where it is busy.
 *
 * <p>{@link #admit}, {@link #previous} and {@link #hand} are for the one thread that handles the connection's requests
 * at a time; answers come from the log's threads.
 */
public final class StreamSession {
    private final StreamLog log;
    private final StreamTimer timer;
    private final StreamName name;
    private final StreamId id;
    private final long epoch;

    @GuardedBy("this")
    private final Map<Integer, InFlight> inFlight = new HashMap<>();

    @GuardedBy("this")
    private final Deque<Handed> handed = new ArrayDeque<>();

    @GuardedBy("this")
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private final Map<Integer, Long> offsets;

    @GuardedBy("this")
    private long next;

    @GuardedBy("this")
    private long durable;

    @GuardedBy("this")
    private long agreed;

    @GuardedBy("this")
    private boolean advancing;

    /** When something durable began to wait for what is in flight, 0 where nothing does. */
    @GuardedBy("this")
    private long waitingSince;

    /** {@link #settleAgain} will be called. */
    @GuardedBy("this")
    private boolean timed;

    /** What the last record took from its writing to its reading. */
    @GuardedBy("this")
    private long agreeNanos;

    @GuardedBy("this")
    private @Nullable FloeException broken;

    /** Entries of a bucket that are not durable yet, and the offset of the last row among them. */
    private static final class InFlight {
        private int entries;
        private long last;
    }

    private record Handed(long end, CompletableFuture<LogToken> entries) {}

    private record Waiting(long end, CompletableFuture<Void> ack) {}

    private StreamSession(StreamLog log, StreamTimer timer, StreamName name, StreamPosition from) {
        this.log = log;
        this.timer = timer;
        this.name = name;
        this.id = StreamId.of(name.tableId(), name.name());
        this.epoch = from.epoch();
        this.next = from.next();
        this.durable = from.next();
        this.agreed = from.next();
        this.offsets = new HashMap<>(from.offsets());
    }

    /**
     * Claims a stream; {@code epoch} is 0 for a new writer, else the one it has from its connection before.
     *
     * <p>Completes with STREAM_FENCED where another writer claimed the stream since.
     */
    public static CompletableFuture<StreamSession> open(StreamLog log, StreamName name, long epoch) {
        return open(log, StreamTimer.SYSTEM, name, epoch);
    }

    static CompletableFuture<StreamSession> open(StreamLog log, StreamTimer timer, StreamName name, long epoch) {
        if (epoch == 0) {
            return log.claim(name).thenApply(from -> new StreamSession(log, timer, name, from));
        }
        return log.position(name).thenCompose(known -> {
            if (known.epoch() != epoch) {
                throw fenced(name);
            }
            return log.claim(name).thenApply(from -> new StreamSession(log, timer, name, from));
        });
    }

    /** Of rows that were not handed on. */
    public static FloeException fenced(StreamName name) {
        return new FloeException(
                        ErrorCode.STREAM_FENCED, "another writer has taken over the stream '" + name.name() + "'")
                .at("stream_id")
                .advise("only one writer at a time may write a stream; open it anew to take it back");
    }

    private static FloeException fencedOnTheWay(StreamName name, long from, long to) {
        return new FloeException(
                        ErrorCode.STREAM_FENCED,
                        "another writer has taken over the stream '" + name.name() + "'; the rows at offsets " + from
                                + " to " + (to - 1) + " were on their way by then and may be stored")
                .at("stream_id")
                .advise("only one writer at a time may write a stream; who goes on with it sends the same rows under"
                        + " these offsets");
    }

    public StreamName name() {
        return name;
    }

    public StreamId id() {
        return id;
    }

    public long epoch() {
        return epoch;
    }

    /** The offset that the next batch must begin at. */
    public synchronized long next() {
        return next;
    }

    /**
     * How many of a batch's first rows were handed to the log before.
     *
     * <p>Throws OFFSET_OUT_OF_RANGE where rows are missing before the batch, STREAM_FENCED once a later writer is
     * known, and whatever ended the session.
     */
    public synchronized int admit(long offset, long rows) {
        if (broken != null) {
            throw broken;
        }
        requireNewest();
        if (offset < 0 || offset > next || offset > Long.MAX_VALUE - rows) {
            throw new FloeException(
                            ErrorCode.OFFSET_OUT_OF_RANGE,
                            "the batch begins at offset " + offset + ", the stream goes on at " + next)
                    .at("offset")
                    .advise("send the rows from offset " + next + " on");
        }
        return (int) Math.min(rows, next - offset);
    }

    /** Throws STREAM_FENCED where a later writer's claim was read; to be asked right before rows are handed on. */
    public void requireNewest() {
        if (log.claimed(name) > epoch) {
            throw fenced(name);
        }
    }

    /** Offset of the last row in flight to a bucket, {@link StreamRows#NONE} where none is. */
    public synchronized long previous(int bucket) {
        InFlight ahead = inFlight.get(bucket);
        return ahead == null ? StreamRows.NONE : ahead.last;
    }

    /** An entry goes to the log; {@code answer} is the log's. */
    public void hand(int bucket, long lastRow, CompletableFuture<Long> answer) {
        synchronized (this) {
            InFlight ahead = inFlight.computeIfAbsent(bucket, b -> new InFlight());
            ahead.entries++;
            ahead.last = lastRow;
        }
        CompletableFuture<Long> unused = answer.whenComplete((offset, failure) -> {
            synchronized (this) {
                InFlight ahead = inFlight.get(bucket);
                // what failed stays in flight for good: nothing after it may claim that it arrived
                if (failure == null && ahead != null && --ahead.entries == 0) {
                    inFlight.remove(bucket);
                }
            }
        });
    }

    /** All entries of the batch that ends before {@code end} were handed on; completes when it may be acked. */
    public CompletableFuture<LogToken> ack(long end, CompletableFuture<LogToken> entries) {
        CompletableFuture<Void> agreedOn = new CompletableFuture<>();
        synchronized (this) {
            next = end;
            handed.add(new Handed(end, entries));
            waiting.add(new Waiting(end, agreedOn));
        }
        CompletableFuture<LogToken> unused = entries.whenComplete((token, failure) -> settle());
        return agreedOn.thenCombine(entries, (nothing, token) -> token);
    }

    /** Completes when rows that were handed on before are durable up to {@code end}. */
    public CompletableFuture<LogToken> acked(long end) {
        CompletableFuture<Void> agreedOn = new CompletableFuture<>();
        synchronized (this) {
            waiting.add(new Waiting(end, agreedOn));
        }
        settle();
        return agreedOn.thenApply(nothing -> token());
    }

    private synchronized LogToken token() {
        return new LogToken(name.tableId(), offsets);
    }

    private void settle() {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        StreamPosition to = null;
        boolean backstop = false;
        FloeException failure;
        synchronized (this) {
            while (broken == null
                    && !handed.isEmpty()
                    && handed.element().entries.isDone()) {
                take(handed.remove());
            }
            failure = broken;
            while (!waiting.isEmpty() && (failure != null || waiting.element().end <= agreed)) {
                done.add(waiting.remove().ack);
            }
            if (failure == null && !advancing && durable > agreed) {
                if (handed.isEmpty() || isOverdue()) {
                    advancing = true;
                    waitingSince = 0;
                    to = new StreamPosition(epoch, durable, offsets);
                } else if (!timed) {
                    timed = true;
                    backstop = true;
                }
            }
        }
        if (failure == null) {
            done.forEach(ack -> ack.complete(null));
        } else {
            done.forEach(ack -> ack.completeExceptionally(failure));
        }
        if (to != null) {
            advance(to);
        } else if (backstop) {
            timer.later(this::settleAgain);
        }
    }

    /** What is durable has waited for what is in flight as long as it may. */
    @GuardedBy("this")
    private boolean isOverdue() {
        long now = timer.nanoTime();
        if (waitingSince == 0) {
            waitingSince = now == 0 ? 1 : now;
        }
        return now - waitingSince >= agreeNanos;
    }

    /** Where nothing in flight is answered any more. */
    private void settleAgain() {
        synchronized (this) {
            timed = false;
        }
        settle();
    }

    @GuardedBy("this")
    private void take(Handed batch) {
        if (batch.entries.isCompletedExceptionally()) {
            Throwable cause = batch.entries.handle((token, failure) -> failure).join();
            broken = new FloeException(
                            ErrorCode.LOG_UNAVAILABLE, "the log failed; the stream goes on at offset " + durable, cause)
                    .advise("connect again and send the rows from the stream's next offset on")
                    .retryAfter(1_000);
            return;
        }
        durable = batch.end;
        batch.entries.join().offsets().forEach((bucket, offset) -> offsets.merge(bucket, offset, Math::max));
    }

    private void advance(StreamPosition to) {
        FaultPoint.reached("gateway.before-agree");
        long began = timer.nanoTime();
        CompletableFuture<Boolean> unused = log.advance(name, to).whenComplete((accepted, failure) -> {
            FaultPoint.reached("gateway.after-agree");
            synchronized (this) {
                advancing = false;
                agreeNanos = timer.nanoTime() - began;
                if (failure == null && accepted) {
                    agreed = to.next();
                } else if (broken == null) {
                    broken = failure == null ? fencedOnTheWay(name, agreed, next) : unavailable(failure);
                }
            }
            settle();
        });
    }

    private static FloeException unavailable(Throwable failure) {
        return new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log of streams does not answer", failure)
                .advise("connect again and send the rows from the stream's next offset on")
                .retryAfter(1_000);
    }
}
