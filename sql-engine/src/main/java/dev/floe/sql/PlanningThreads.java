package dev.floe.sql;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Threads with stacks large enough for statements at the limits of what is accepted. */
final class PlanningThreads implements AutoCloseable {
    private static final long STACK_BYTES = 256L << 20;
    private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(null, task, "sql-planner", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    });

    /** Runs the work, which watches the flag it is given. Throws QUERY_TIMEOUT, or what the work throws. */
    <T> T run(Duration timeMax, Function<AtomicBoolean, T> work) {
        AtomicBoolean cancelled = new AtomicBoolean();
        try {
            Future<T> future = executor.submit(() -> work.apply(cancelled));
            return future.get(timeMax.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            cancelled.set(true);
            throw new FloeException(ErrorCode.QUERY_TIMEOUT, "no plan after " + timeMax.toSeconds() + " s", e)
                    .advise("make the statement simpler");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("planning failed", e.getCause());
        } catch (InterruptedException e) {
            cancelled.set(true);
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.QUERY_CANCELLED, "the query was cancelled", e);
        } catch (RejectedExecutionException e) {
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "the query service is stopping", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
