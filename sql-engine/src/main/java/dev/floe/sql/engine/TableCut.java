package dev.floe.sql.engine;

import java.time.Instant;

/** The snapshot of one table that a read sees; id 0 where the table has none yet. */
public record TableCut(String table, long snapshotId, Instant committedAt) {}
