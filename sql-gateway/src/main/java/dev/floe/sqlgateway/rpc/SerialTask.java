package dev.floe.sqlgateway.rpc;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Work that runs once or more after each {@link #wake}, on one thread at a time. */
final class SerialTask implements Runnable {
    private final Executor executor;
    private final Runnable work;
    private final AtomicInteger wakes = new AtomicInteger();

    SerialTask(Executor executor, Runnable work) {
        this.executor = executor;
        this.work = work;
    }

    void wake() {
        if (wakes.getAndIncrement() == 0) {
            executor.execute(this);
        }
    }

    @Override
    public void run() {
        int seen;
        do {
            seen = wakes.get();
            work.run();
        } while (wakes.addAndGet(-seen) != 0);
    }
}
