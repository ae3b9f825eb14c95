package dev.floe.client;

import java.time.Instant;

/** The snapshot of one table that a read saw; id 0 where the table has none yet. */
public record TableSnapshot(String table, long snapshotId, Instant committedAt) {}
