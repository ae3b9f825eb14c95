package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.log.LogId;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The newest snapshot Floe wrote among a table's current ancestors, and whether others changed rows after it.
 *
 * <p>Snapshots of others that only rewrite metadata are harmless and stepped over.
 */
record TableHistory(
        @Nullable Snapshot newest,
        @Nullable CommitSummary summary,
        @Nullable Snapshot foreignChange) {
    private static final CommittedOffsets NO_OFFSETS = new CommittedOffsets(Map.of());
    static final long NO_EPOCH = -1;

    static TableHistory of(Table table) {
        return of(SnapshotUtil.currentAncestors(table));
    }

    /** Reads from snapshots in the order from new to old. */
    static TableHistory of(Iterable<Snapshot> ancestors) {
        Snapshot foreign = null;
        for (Snapshot snapshot : ancestors) {
            Optional<CommitSummary> summary = CommitSummary.of(snapshot);
            if (summary.isPresent()) {
                return new TableHistory(snapshot, summary.get(), foreign);
            }
            if (changesRows(snapshot)) {
                foreign = snapshot;
            }
        }
        return new TableHistory(null, null, foreign);
    }

    CommittedOffsets offsets() {
        return summary == null ? NO_OFFSETS : summary.offsets();
    }

    /** The log the offsets are of. */
    LogId log() {
        return summary == null ? LogId.ANY : summary.id().log();
    }

    Map<Integer, Long> writerEpochs() {
        return summary == null ? Map.of() : summary.writerEpochs();
    }

    /** Epoch of the writer that last advanced a bucket, or -1. */
    long writerEpoch(int bucket) {
        return writerEpochs().getOrDefault(bucket, NO_EPOCH);
    }

    /** Throws WRITER_FENCED where a later epoch has committed. */
    void requireNotFenced(CommitId id) {
        if (summary != null && summary.id().epoch() > id.epoch()) {
            throw new FloeException(
                            ErrorCode.WRITER_FENCED,
                            "epoch " + id.epoch() + " is over: epoch "
                                    + summary.id().epoch() + " has committed")
                    .advise("a newer run of the job owns the tables; this one stops");
        }
    }

    /** Throws TOPIC_RESET where the offsets are of another log. */
    void requireLog(LogId log) {
        if (!log().fits(log)) {
            throw new FloeException(
                            ErrorCode.TOPIC_RESET,
                            "the table's offsets belong to topic " + log().topicId() + " of cluster "
                                    + log().clusterId() + ", the log is topic " + log.topicId() + " of cluster "
                                    + log.clusterId())
                    .advise("bring the old log back and restart; nothing is written to the table before");
        }
    }

    /** Throws TABLE_CHANGED where another installation has committed. */
    void requireSink(String sinkId) {
        if (summary != null && !summary.id().sinkId().equals(sinkId)) {
            throw new FloeException(
                            ErrorCode.TABLE_CHANGED,
                            "the table's last commit is of sink " + summary.id().sinkId() + ", not of " + sinkId)
                    .advise("only one installation may write a table: stop the other, and roll the table back to this"
                            + " one's last snapshot");
        }
    }

    /** Throws TABLE_CHANGED where rows came or went that the writers' key indexes don't know of. */
    void requireNoForeignChange() {
        if (foreignChange != null) {
            throw new FloeException(
                            ErrorCode.TABLE_CHANGED,
                            "snapshot " + foreignChange.snapshotId() + " (" + foreignChange.operation()
                                    + ") changed rows of a keyed table and is not Floe's")
                    .advise("roll the table back to snapshot " + (newest == null ? "none" : newest.snapshotId())
                            + "; only Floe may write rows of a keyed table");
        }
    }

    private static boolean changesRows(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        return summary == null
                || summary.containsKey(SnapshotSummary.ADDED_FILES_PROP)
                || summary.containsKey(SnapshotSummary.DELETED_FILES_PROP)
                || summary.containsKey(SnapshotSummary.ADDED_DELETE_FILES_PROP)
                || summary.containsKey(SnapshotSummary.REMOVED_DELETE_FILES_PROP);
    }
}
