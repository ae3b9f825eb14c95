package dev.floe.gateway.write;

import dev.floe.core.fault.FaultPoint;
import dev.floe.gateway.GatewayCounters;
import dev.floe.gateway.log.EntryLog;
import dev.floe.storage.column.ColumnBatch;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: small requests of many connections share log entries.
 *
 * <pre>
 *   lane idle ─► rows leave at once, in an entry of their own
 *   lane busy ─► rows gather until the entry on its way returns, theirs is full, or the linger is over
 * </pre>
 *
 * <p>What holds:
 * <ul>
 *   <li>An answer completes only after the log answered for the entry that holds the rows; rows are in one entry.
 *   <li>Entries of a lane reach the log in the order of the calls that added their rows, large ones included; rows of a
 *       request stay together and in order.
 *   <li>A failed entry fails the requests in it, and no other.
 *   <li>It holds nothing but rows of requests without an answer, which the gateway's byte budget bounds; none waits
 *       longer than the linger, so that a full budget always drains.
 * </ul>
 *
 * <p>Answers of shared entries complete on the coalescer's threads, not on the log's.
 */
public final class Coalescer implements AutoCloseable {
    private static final long SHARED_BYTES_MAX = 1 << 20;
    private static final int LARGE_FRACTION = 4;
    private static final int THREADS_MAX = 4;

    private final EntryLog log;
    private final CoalesceSettings settings;
    private final GatewayCounters counters;
    private final long bytesMax;
    private final Map<Lane.Key, Lane> lanes = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor clock;

    public Coalescer(EntryLog log, CoalesceSettings settings, GatewayCounters counters) {
        this.log = log;
        this.settings = settings;
        this.counters = counters;
        this.bytesMax = Math.min(SHARED_BYTES_MAX, log.entryBytesMax());
        int threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());
        // once closed, whoever brings work does it
        this.workers = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("ingest-coalesce-"),
                (task, pool) -> task.run());
        workers.allowCoreThreadTimeOut(true);
        this.clock = new ScheduledThreadPoolExecutor(1, named("ingest-linger-"), (task, pool) -> {});
        clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Bytes by {@link PlainBytes} if rows are few enough to share an entry, else -1. */
    long sharedBytes(ColumnBatch batch) {
        if (settings.isOff() || batch.rowCount() > settings.entryRows() / LARGE_FRACTION) {
            return -1;
        }
        long bytes = PlainBytes.of(batch);
        return bytes > bytesMax / LARGE_FRACTION ? -1 : bytes;
    }

    /** Adds rows that may share an entry. */
    CompletableFuture<Place> append(Lane.Key key, SmallRows rows) {
        return append(key, lane -> lane.add(rows));
    }

    /** Adds an entry as it is. */
    CompletableFuture<Place> append(Lane.Key key, int bucket, byte[] entry) {
        Outgoing.Whole whole = new Outgoing.Whole(bucket, entry);
        return append(key, lane -> lane.add(whole));
    }

    /** Sends all that gathers, without waiting for answers. */
    public void flush() {
        for (Lane lane : lanes.values()) {
            if (lane.stopGathering(null)) {
                send(lane);
            }
        }
    }

    /** Lanes with something in them. */
    int laneCount() {
        return lanes.size();
    }

    /** Lets threads end; to be called once the log is closed, so that every answer is there. */
    @Override
    public void close() {
        flush();
        clock.shutdown();
        workers.shutdown();
    }

    private CompletableFuture<Place> append(Lane.Key key, Function<Lane, Lane.@Nullable Added> adding) {
        while (true) {
            Lane lane = lanes.computeIfAbsent(key, absent -> new Lane(absent, settings, bytesMax));
            Lane.Added added = adding.apply(lane);
            if (added == null) {
                lanes.remove(key, lane);
                continue;
            }
            Outgoing.Shared lingering = added.linger();
            if (lingering != null) {
                ScheduledFuture<?> unused = clock.schedule(
                        () -> overdue(lane, lingering), settings.linger().toNanos(), TimeUnit.NANOSECONDS);
            }
            if (added.send()) {
                send(lane);
            }
            return added.answer();
        }
    }

    private void overdue(Lane lane, Outgoing.Shared entry) {
        if (lane.stopGathering(entry)) {
            workers.execute(() -> send(lane));
        }
    }

    private void send(Lane lane) {
        for (Outgoing next = lane.next(); next != null; next = lane.next()) {
            send(lane, next);
        }
        forgetRetired(lane);
    }

    private void send(Lane lane, Outgoing entry) {
        Outgoing.Encoded encoded;
        CompletableFuture<Long> offset;
        try {
            encoded = entry.encode();
            FaultPoint.reached("gateway.before-append");
            offset = log.append(lane.key().tableId(), encoded.bucket(), encoded.bytes());
            FaultPoint.reached("gateway.after-append");
        } catch (RuntimeException | Error e) {
            // told to those who wait: the lane's other entries go on
            lane.returned();
            entry.failed(e);
            return;
        }
        int bytes = encoded.bytes().length;
        CompletableFuture<Void> unused = offset.handle((at, failure) -> {
            Runnable answer = answer(entry, encoded.bucket(), at, failure);
            if (failure == null) {
                counters.wroteEntry(bytes);
            }
            if (lane.returned()) {
                workers.execute(() -> send(lane));
            }
            forgetRetired(lane);
            if (entry instanceof Outgoing.Shared) {
                workers.execute(answer);
            } else {
                answer.run();
            }
            return null;
        });
    }

    private static Runnable answer(Outgoing entry, int bucket, @Nullable Long offset, @Nullable Throwable failure) {
        return offset == null || failure != null
                ? () -> entry.failed(
                        failure == null ? new IllegalStateException("an entry without an offset") : failure)
                : () -> entry.stored(new Place(bucket, offset));
    }

    private void forgetRetired(Lane lane) {
        if (lane.isRetired()) {
            lanes.remove(lane.key(), lane);
        }
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
