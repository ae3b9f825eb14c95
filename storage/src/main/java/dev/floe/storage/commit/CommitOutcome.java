package dev.floe.storage.commit;

/** What became of a commit that did not fail. */
public sealed interface CommitOutcome {
    /** The changes, or those of them the table lacked, are in this snapshot. */
    record Committed(long snapshotId) implements CommitOutcome {}

    /** The table had all of the changes already, at the latest in this snapshot. */
    record AlreadyIn(long snapshotId) implements CommitOutcome {}

    /** There were no changes. */
    record Nothing() implements CommitOutcome {}
}
