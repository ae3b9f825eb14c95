package dev.floe.jobs.ingest;

import dev.floe.catalog.table.TableSuspensions;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.log.LogId;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;

/**
 * Waits for a table to contain what left the last writer of a bucket, so that the next one finds all of it.
 *
 * <p>Where the table was set back it never comes to that, and a job that started again where it was would wait again:
 * its writers begin anew at the table.
 */
final class CommitWait {
    private static final long COMMITTED_SECONDS_MAX = 120;
    private static final long SET_BACK_SECONDS_MAX = 5;
    private static final long POLL_MILLIS = 50;

    private final TableSuspensions suspensions;
    private final ActiveTables active;
    private final LogId log;

    CommitWait(TableSuspensions suspensions, ActiveTables active, LogId log) {
        this.suspensions = suspensions;
        this.active = active;
        this.log = log;
    }

    /**
     * Waits until the table has the bucket's entries up to an offset, and has taken this log where that was asked.
     *
     * <p>Throws COMMIT_CONFLICT where it does not come to have them, TABLE_SUSPENDED where the table is left alone
     * meanwhile, TOPIC_RESET where it is of another log.
     */
    void await(BucketKey key, Table table, long offset) throws InterruptedException {
        boolean asked = active.accepts(key.tableId(), ErrorCode.TOPIC_RESET);
        if (!asked) {
            TableCommitter.requireLog(table, log);
        }
        long began = System.nanoTime();
        while (active.awaits(key.tableId(), ErrorCode.TOPIC_RESET)
                || TableCommitter.offsets(table).of(key.bucket()) < offset
                || !TableCommitter.log(table).fits(log)) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            boolean setBack = seconds >= SET_BACK_SECONDS_MAX && TableCommitter.wasSetBack(table, key.bucket(), offset);
            if (setBack || seconds >= COMMITTED_SECONDS_MAX) {
                throw notCommitted(key, table, offset, seconds);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            active.refresh(); // before the table: what is done is then in it
            table.refresh();
            if (!active.isActive(key.tableId())) {
                throw new FloeException(ErrorCode.TABLE_SUSPENDED, "table " + table.name() + " is left alone by now");
            }
            if (!active.awaits(key.tableId(), ErrorCode.TOPIC_RESET)) {
                TableCommitter.requireLog(table, log);
            }
        }
    }

    /** A job that started again where it was would wait again: what the table lacks is read anew. */
    private FloeException notCommitted(BucketKey key, Table table, long offset, long seconds) {
        if (TableCommitter.offsets(table).of(key.bucket()) < offset) {
            suspensions.rewind(key.tableId(), active.generation(key.tableId()));
        }
        return new FloeException(
                ErrorCode.COMMIT_CONFLICT,
                "table " + table.name() + " bucket " + key.bucket() + " has not reached offset " + offset + " in "
                        + seconds + " s");
    }
}
