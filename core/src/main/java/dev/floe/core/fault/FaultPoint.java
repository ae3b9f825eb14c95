package dev.floe.core.fault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Named places on the durable path where a test can halt the process; off unless asked for.
 *
 * <p>{@code -Dfloe.fault.halt-at=committer.after-commit:3} halts the JVM, as kill -9 would, the third time that place
 * is reached. {@code -Dfloe.fault.throw-at=...} throws there instead. With {@code -Dfloe.fault.armed-by=FILE} only what
 * happens once that file exists counts.
 */
public final class FaultPoint {
    private static final int HALT_STATUS = 137;
    private static final @Nullable String HALT_AT = System.getProperty("floe.fault.halt-at");
    private static final @Nullable String THROW_AT = System.getProperty("floe.fault.throw-at");
    private static final @Nullable String ARMED_BY = System.getProperty("floe.fault.armed-by");
    private static final ConcurrentHashMap<String, AtomicInteger> REACHED = new ConcurrentHashMap<>();

    private FaultPoint() {}

    /** Marks the place {@code name}; costs two field reads where no fault is asked for. */
    public static void reached(String name) {
        if (HALT_AT == null && THROW_AT == null) {
            return;
        }
        if (ARMED_BY != null && !Files.exists(Path.of(ARMED_BY))) {
            return;
        }
        String place = name + ":"
                + REACHED.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
        if (place.equals(HALT_AT)) {
            Runtime.getRuntime().halt(HALT_STATUS);
        }
        if (place.equals(THROW_AT)) {
            throw new IllegalStateException("fault asked for at " + place);
        }
    }
}
