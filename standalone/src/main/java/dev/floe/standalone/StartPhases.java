package dev.floe.standalone;

import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** How long the parts of a start took; parts may run side by side. */
final class StartPhases {
    private static final double NANOS_A_SECOND = 1e9;

    private final long began = System.nanoTime();
    private final ConcurrentLinkedQueue<String> phases = new ConcurrentLinkedQueue<>();

    <T> T time(String name, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        phases.add(String.format(Locale.ROOT, "%s %.1f", name, (System.nanoTime() - start) / NANOS_A_SECOND));
        return result;
    }

    void time(String name, Runnable work) {
        time(name, () -> {
            work.run();
            return true;
        });
    }

    double seconds() {
        return (System.nanoTime() - began) / NANOS_A_SECOND;
    }

    /** Such as {@code catalog 0.4, broker 3.1}, in seconds. */
    @Override
    public String toString() {
        return String.join(", ", phases);
    }
}
