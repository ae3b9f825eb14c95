package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The time of a query, and when it has to end: at its deadline, or when it is cancelled; safe for use by several
 * threads.
 */
public final class QueryClock {
    private final Duration timeMax;
    private final long deadlineNanos;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final Clock time = Clock.fixed(Clock.systemUTC().instant(), ZoneOffset.UTC);

    public QueryClock(Duration timeMax) {
        this.timeMax = timeMax;
        this.deadlineNanos = System.nanoTime() + timeMax.toNanos();
    }

    /** When the query began: one time for all parts of the statement. */
    public Clock time() {
        return time;
    }

    public void cancel() {
        cancelled.set(true);
    }

    /** Becomes true when the query is cancelled; shared with the plan. */
    public AtomicBoolean cancelled() {
        return cancelled;
    }

    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /** True where the query was cancelled or its deadline has passed. */
    public boolean isOver() {
        return cancelled.get() || System.nanoTime() > deadlineNanos;
    }

    /** Throws QUERY_CANCELLED or QUERY_TIMEOUT. */
    public void check() {
        if (cancelled.get()) {
            throw new FloeException(ErrorCode.QUERY_CANCELLED, "the query was cancelled");
        }
        if (System.nanoTime() > deadlineNanos) {
            throw new FloeException(ErrorCode.QUERY_TIMEOUT, "the query took longer than " + timeMax.toSeconds() + " s")
                    .advise("narrow it down, or allow it more time");
        }
    }
}
