package dev.floe.sql.tail;

import java.util.concurrent.atomic.AtomicLong;

/** Heap that the tails of all buckets share; safe for use by several threads. */
final class TailBudget {
    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong overflows = new AtomicLong();

    TailBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean hasRoom(long bytes) {
        return used.get() + bytes <= bytesMax;
    }

    void add(long bytes) {
        used.addAndGet(bytes);
    }

    void overflowed() {
        overflows.incrementAndGet();
    }

    long used() {
        return used.get();
    }

    long overflows() {
        return overflows.get();
    }
}
