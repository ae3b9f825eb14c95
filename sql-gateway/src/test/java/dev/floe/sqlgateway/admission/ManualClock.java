package dev.floe.sqlgateway.admission;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.FutureTask;

/** Time that passes when a test says so. */
public final class ManualClock implements WaitClock {
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::atNanos));
    private long nanos = 1_000;

    private record Alarm(long atNanos, FutureTask<?> task) {}

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized FutureTask<?> after(Duration time, Runnable task) {
        FutureTask<?> alarm = new FutureTask<>(task, "done");
        alarms.add(new Alarm(nanos + time.toNanos(), alarm));
        return alarm;
    }

    /** Lets time pass, and runs what is due. */
    public synchronized void advance(Duration time) {
        nanos += time.toNanos();
        while (!alarms.isEmpty() && alarms.peek().atNanos <= nanos) {
            alarms.remove().task.run();
        }
    }
}
