package dev.floe.client;

import java.time.Instant;

/** The cut of the tables' history that a read sees. */
public sealed interface ReadAt {
    /** The newest committed snapshot of each table. */
    record Committed() implements ReadAt {}

    /** The newest snapshot, once it contains what an ack's token names. */
    record AtToken(Token token) implements ReadAt {}

    /** One snapshot of the one table that the query reads. */
    record AtSnapshot(long snapshotId) implements ReadAt {}

    /** The snapshots that were current then. */
    record AtTime(Instant time) implements ReadAt {}
}
