package dev.floe.sqlgateway.admission;

import java.time.Duration;
import java.util.concurrent.Future;

/** The time that waiting takes. */
public interface WaitClock {
    /** As {@link System#nanoTime}. */
    long nanoTime();

    /** Runs a short task once the time has passed, unless it is cancelled before. */
    Future<?> after(Duration time, Runnable task);
}
