package dev.floe.client;

import java.time.Instant;

/** The cut of the tables' history that a read sees. */
public sealed interface ReadAt {
    /** Every row that was acked before the read began, whether it is committed yet or not. */
    record Latest() implements ReadAt {}

    /** The newest committed snapshot of each table, as other engines see it. */
    record Committed() implements ReadAt {}

    /** The newest committed snapshot, once it contains what an ack's token names. */
    record Containing(Token token) implements ReadAt {}

    /** At least what was acked with the token. */
    record AtToken(Token token) implements ReadAt {}

    /** One snapshot of the one table that the query reads. */
    record AtSnapshot(long snapshotId) implements ReadAt {}

    /** The snapshots that were current then. */
    record AtTime(Instant time) implements ReadAt {}
}
