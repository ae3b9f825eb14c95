package dev.floe.sqlgateway.jdbc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sqlgateway.admission.Admission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a connection with its open result, if it has one.
 *
 * <p>One call works with it at a time, and others are refused rather than queued; only {@link #close} comes between: it
 * cancels what runs, and whoever holds the lock last closes the result.
 */
final class JdbcStatement {
    private final int id;
    private final @Nullable PreparedQuery query;
    private final long rowsMax;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable JdbcResult result;
    private volatile @Nullable Future<?> waiting;
    private volatile boolean closed;

    /** {@code query} is null where the SQL text comes with each execution. */
    JdbcStatement(int id, @Nullable PreparedQuery query, long rowsMax) {
        this.id = id;
        this.query = query;
        this.rowsMax = rowsMax;
    }

    int id() {
        return id;
    }

    /** Rows a prepared statement's results are cut at. */
    long rowsMax() {
        return rowsMax;
    }

    PreparedQuery query() {
        PreparedQuery prepared = query;
        if (prepared == null) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the statement was not prepared")
                    .advise("prepare it, or send its SQL text along");
        }
        return prepared;
    }

    /** Work of one call. */
    interface Work<T> {
        T run();
    }

    /** Runs a call's work as the only one; throws where another call runs. */
    <T> T exclusively(Work<T> work) {
        if (!lock.tryLock()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "another call of the statement is running")
                    .advise("use one statement for each thread");
        }
        try {
            checkOpen();
            T done = work.run();
            checkOpen();
            return done;
        } finally {
            lock.unlock();
            sweep();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new FloeException(ErrorCode.QUERY_CANCELLED, "the statement was closed while it ran")
                    .advise("run it again");
        }
    }

    /** Waits for a place on the caller's thread; a close calls it off. Within {@link #exclusively}. */
    Admission.Place await(CompletableFuture<Admission.Place> requested) {
        waiting = requested;
        try {
            // a close before this line did not see what waits
            if (closed) {
                requested.cancel(false);
            }
            return Admission.await(requested);
        } finally {
            waiting = null;
        }
    }

    /** Takes a new result in place of the old; within {@link #exclusively}. */
    void replaceResult(@Nullable JdbcResult next) {
        JdbcResult old = result;
        result = next;
        if (old != null) {
            old.close();
        }
    }

    JdbcResult result() {
        JdbcResult open = result;
        if (open == null) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the statement has no open result")
                    .advise("run it again");
        }
        return open;
    }

    boolean isRunning() {
        return lock.isLocked();
    }

    /** Fails a result whose time is up; one that is being read finds out from its cursor. */
    void expireResult() {
        JdbcResult open = result;
        if (open != null && open.isLate() && lock.tryLock()) {
            try {
                open.fail(new FloeException(ErrorCode.QUERY_TIMEOUT, "the result was not read in time and is closed")
                        .advise("read faster, ask for less, or raise sql.query-time-max"));
            } finally {
                lock.unlock();
                sweep();
            }
        }
    }

    /** For any thread; a running call ends with QUERY_CANCELLED. */
    void close() {
        closed = true;
        Future<?> wait = waiting;
        if (wait != null) {
            wait.cancel(false);
        }
        JdbcResult open = result;
        if (open != null) {
            open.cancel();
        }
        sweep();
    }

    /** After each unlock too, so that a close in the meantime is not lost. */
    private void sweep() {
        if (closed && lock.tryLock()) {
            try {
                replaceResult(null);
            } finally {
                lock.unlock();
            }
        }
    }
}
