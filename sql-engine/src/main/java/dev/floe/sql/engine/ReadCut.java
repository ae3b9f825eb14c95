package dev.floe.sql.engine;

import dev.floe.storage.log.LogToken;
import java.time.Instant;

/** The cut of the tables' history that a read sees. */
public sealed interface ReadCut {
    /**
     * Every row that was acked before the read began: the newest snapshot of each table and the log's tail after it.
     */
    record Latest() implements ReadCut {}

    /** The newest committed snapshot of each table. */
    record Committed() implements ReadCut {}

    /** The newest committed snapshot, once it contains what the token names: what other engines see then. */
    record Containing(LogToken token) implements ReadCut {}

    /** At least what the token names, from a snapshot or the log; waits for it. */
    record AtToken(LogToken token) implements ReadCut {}

    /** One snapshot of the one table that the query reads. */
    record AtSnapshot(long snapshotId) implements ReadCut {}

    /** The snapshots that were current then. */
    record AtTime(Instant time) implements ReadCut {}
}
