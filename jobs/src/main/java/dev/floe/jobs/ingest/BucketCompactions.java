package dev.floe.jobs.ingest;

import dev.floe.storage.compact.CompactedRuns;
import dev.floe.storage.compact.CompactionFigures;
import dev.floe.storage.compact.CompactionStrategy;
import dev.floe.storage.compact.CompactionTask;
import dev.floe.storage.write.BucketWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compactions of one subtask's buckets: one at a time, beside the writers, which never wait for it.
 *
 * <p>A bucket has at most one compaction, from planning to installing. One that fails changes nothing; it is planned
 * anew after a pause. For the writers' thread; only the merging runs in another.
 */
final class BucketCompactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BucketCompactions.class);
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int QUEUE_MAX = 8;

    private final Map<BucketKey, Running> running = new ConcurrentHashMap<>(); // metrics look at it
    private final Map<BucketKey, Long> pausedUntil = new HashMap<>();
    private final ExecutorService executor;
    private final CompactionCounters counters = new CompactionCounters();
    private final CompactionRequests requests;
    private volatile boolean closed;
    private volatile @Nullable Thread merging;

    private record Running(CompactionTask task, Future<CompactedRuns> merge, long startedNanos) {}

    /** What became of looking for a merge. */
    enum Considered {
        BEGUN,
        /** Another merge has to end first, or a failure to be over. */
        LATER,
        NOTHING_TO_DO
    }

    /** {@code requests} is told of each merge's end. */
    BucketCompactions(CompactionRequests requests) {
        this.requests = requests;
        this.executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "compaction-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            ThreadPriorities.background(thread);
            merging = thread;
            return thread;
        });
    }

    /** Merges have their share of the cores while the job is behind, else what nobody else wants. */
    void hurry(boolean behind) {
        Thread thread = merging;
        if (thread == null) {
            return;
        }
        if (behind) {
            ThreadPriorities.behind(thread);
        } else {
            ThreadPriorities.background(thread);
        }
    }

    CompactionCounters counters() {
        return counters;
    }

    /** Compactions planned and not installed. */
    int count() {
        return running.size();
    }

    /** Of these, the ones whose merge has not begun: each waits for those before it. */
    int pending() {
        return (int) running.values().stream()
                .filter(merge -> !merge.merge.isDone())
                .skip(1)
                .count();
    }

    /** Hands a bucket's merged runs to its writer once they are there. */
    void installDone(BucketKey key, BucketWriter writer) {
        Running done = running.get(key);
        if (done == null || !done.merge.isDone()) {
            return;
        }
        running.remove(key);
        try {
            CompactedRuns runs = done.merge.get();
            writer.install(runs);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - done.startedNanos);
            CompactionFigures figures = CompactionFigures.of(runs, millis);
            counters.done(figures);
            requests.installed(key, figures);
            LOG.info(
                    "compacted: tableId={} bucket={} files={}->{} rows={} bytes={}->{}",
                    key.tableId(),
                    key.bucket(),
                    runs.task().inputs().size(),
                    runs.outputs().size(),
                    runs.rows(),
                    runs.task().bytes(),
                    runs.bytes());
        } catch (ExecutionException | CancellationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            counters.failed(cause);
            requests.failed(key, cause);
            pausedUntil.put(key, System.nanoTime() + PAUSE_NANOS);
            LOG.warn("compaction failed, the runs stay: tableId={} bucket={}", key.tableId(), key.bucket(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins a compaction of a bucket where its strategy finds something and the others leave room. */
    Considered consider(BucketKey key, BucketWriter writer, CompactionStrategy strategy) {
        if (running.containsKey(key) || running.size() >= QUEUE_MAX || isPaused(key)) {
            return Considered.LATER;
        }
        Optional<CompactionTask> task = writer.planCompaction(strategy);
        if (task.isEmpty()) {
            return Considered.NOTHING_TO_DO;
        }
        Supplier<CompactedRuns> merge = writer.compaction(task.get(), () -> closed);
        running.put(key, new Running(task.get(), executor.submit(merge::get), System.nanoTime()));
        return Considered.BEGUN;
    }

    boolean isBusy(BucketKey key) {
        return running.containsKey(key);
    }

    /** The bucket's writer is gone; what its compaction makes is of no use. */
    void forget(BucketKey key) {
        Running gone = running.remove(key);
        if (gone != null) {
            gone.merge.cancel(false);
        }
        pausedUntil.remove(key);
        requests.closed(key);
    }

    @Override
    public void close() {
        closed = true;
        executor.shutdownNow();
        running.clear();
    }

    private boolean isPaused(BucketKey key) {
        Long until = pausedUntil.get(key);
        if (until == null) {
            return false;
        }
        if (System.nanoTime() - until < 0) {
            return true;
        }
        pausedUntil.remove(key);
        return false;
    }
}
