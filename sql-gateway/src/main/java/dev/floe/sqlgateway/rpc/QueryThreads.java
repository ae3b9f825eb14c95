package dev.floe.sqlgateway.rpc;

import dev.floe.sqlgateway.SqlSettings;
import dev.floe.sqlgateway.admission.WaitClock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that drive queries and lookups. Their queues hold only what was admitted, so admission bounds them. */
public final class QueryThreads implements WaitClock, AutoCloseable {
    private static final int IDLE_SECONDS = 30;
    /** Lookups beyond these wait their turn, which takes milliseconds. */
    private static final int LOOKUP_THREADS_MAX = 64;

    private final ThreadPoolExecutor queries;
    private final ThreadPoolExecutor lookups;
    private final ScheduledThreadPoolExecutor timer;

    public QueryThreads(SqlSettings settings) {
        queries = pool("sql-query-", settings.queriesMax());
        lookups = pool("sql-lookup-", Math.min(LOOKUP_THREADS_MAX, settings.lookupsMax()));
        timer = new ScheduledThreadPoolExecutor(1, named("sql-timer-"));
        timer.setRemoveOnCancelPolicy(true);
    }

    ExecutorService queries() {
        return queries;
    }

    ExecutorService lookups() {
        return lookups;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Future<?> after(Duration time, Runnable task) {
        return timer.schedule(task, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        // what was told to end still has to say so to its client
        queries.shutdown();
        lookups.shutdown();
    }

    private static ThreadPoolExecutor pool(String prefix, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named(prefix),
                // once closed, what is left of a call ends on the thread that says so
                (task, closed) -> task.run());
        pool.allowCoreThreadTimeOut(true);
        return pool;
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
