package dev.floe.sql.engine;

import java.time.Instant;

/**
 * The cut of one table that a read sees: a snapshot, and rows of the log after it.
 *
 * @param snapshotId 0 where the table has none yet
 * @param tailRows rows of the log's tail, also those that others replaced or deleted
 * @param notice what kept newer rows from being seen, or an empty string
 */
public record TableCut(String table, long snapshotId, Instant committedAt, long tailRows, String notice) {
    /** A snapshot alone. */
    public TableCut(String table, long snapshotId, Instant committedAt) {
        this(table, snapshotId, committedAt, 0, "");
    }
}
