package dev.floe.gateway.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The system's time. Tasks wait together, since a timer for each costs more than what sessions save by waiting. */
final class StreamClock implements StreamTimer {
    private static final Executor LATER = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean set = new AtomicBoolean();

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void later(Runnable task) {
        waiting.add(task);
        if (set.compareAndSet(false, true)) {
            LATER.execute(this::ring);
        }
    }

    private void ring() {
        set.set(false);
        List<Runnable> due = new ArrayList<>();
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            due.add(task);
        }
        // what these add waits for the next time
        due.forEach(Runnable::run);
    }
}
