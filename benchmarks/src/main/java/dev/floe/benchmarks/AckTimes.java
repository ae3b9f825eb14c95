package dev.floe.benchmarks;

import java.util.concurrent.atomic.AtomicLongArray;

/** Times from sending to ack, counted in classes whose bounds are 6 % apart; safe for threads. */
final class AckTimes {
    private static final int SUB_BITS = 4;
    private static final int CLASSES = 64 << SUB_BITS;

    private final AtomicLongArray counts = new AtomicLongArray(CLASSES);

    void add(long nanos) {
        counts.incrementAndGet(classOf(Math.max(1, nanos / 1_000)));
    }

    void clear() {
        for (int i = 0; i < CLASSES; i++) {
            counts.set(i, 0);
        }
    }

    /** Milliseconds that a fraction of the times does not exceed; 0 where there are none. */
    double millis(double fraction) {
        long all = 0;
        for (int i = 0; i < CLASSES; i++) {
            all += counts.get(i);
        }
        long seen = 0;
        for (int i = 0; i < CLASSES; i++) {
            seen += counts.get(i);
            if (all > 0 && seen >= Math.ceil(all * fraction)) {
                return boundMicros(i) / 1e3;
            }
        }
        return 0;
    }

    /** The position of the highest bit and the four bits after it. */
    private static int classOf(long micros) {
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
        int sub = (int)
                (exponent <= SUB_BITS
                        ? micros << (SUB_BITS - exponent) & ((1 << SUB_BITS) - 1)
                        : micros >>> (exponent - SUB_BITS) & ((1 << SUB_BITS) - 1));
        return exponent << SUB_BITS | sub;
    }

    private static double boundMicros(int index) {
        double share = (index & ((1 << SUB_BITS) - 1)) + 1.0;
        return Math.scalb(1 + share / (1 << SUB_BITS), index >>> SUB_BITS);
    }
}
