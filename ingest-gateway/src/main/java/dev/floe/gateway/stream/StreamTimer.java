package dev.floe.gateway.stream;

/** The time as sessions see it. */
interface StreamTimer {
    StreamTimer SYSTEM = new StreamClock();

    long nanoTime();

    /** Runs the task in a thread of its own, some hundredths of a second from now. */
    void later(Runnable task);
}
