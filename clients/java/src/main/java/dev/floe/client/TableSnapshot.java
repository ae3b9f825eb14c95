package dev.floe.client;

import java.time.Instant;

/**
 * A table as a read saw it: a snapshot, id 0 where it had none yet, and rows of the log after it.
 *
 * @param tailRows rows of the log, also those that others replaced or deleted
 * @param notice what kept newer rows from being seen, or an empty string
 */
public record TableSnapshot(String table, long snapshotId, Instant committedAt, long tailRows, String notice) {}
