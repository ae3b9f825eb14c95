package dev.floe.catalog.table;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The time as tables see it: of the day, of caches, and as something to wait for. */
public record Timing(Clock clock, Ticker ticker, Pause pause) {
    /** Returns once the time is over. */
    @FunctionalInterface
    public interface Pause {
        void take(Duration time) throws InterruptedException;
    }

    public static Timing of(Clock clock, Ticker ticker) {
        return new Timing(clock, ticker, time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
    }
}
