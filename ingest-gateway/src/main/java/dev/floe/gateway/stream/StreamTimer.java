package dev.floe.gateway.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The time as sessions see it. */
interface StreamTimer {
    StreamTimer SYSTEM = new StreamTimer() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void later(long nanos, Runnable task) {
            CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(task);
        }
    };

    long nanoTime();

    /** Runs the task once that long from now, in a thread of its own. */
    void later(long nanos, Runnable task);
}
