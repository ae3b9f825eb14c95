package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.fault.FaultPoint;
import dev.floe.storage.commit.Guards.Guard;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.TableLayout;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Commits bucket changes to a table: exactly once, all or nothing, one committer at a time.
 *
 * <pre>
 *   changes ─► TableHistory (offsets, epochs, foreign snapshots) ─► CommitPlan (what the table lacks)
 *           ─► RowDelta or append, with a CommitSummary ─► Iceberg's compare and swap
 * </pre>
 *
 * <p>Three things make it exactly once. The table's own offsets tell which changes it has. A check inside Iceberg's
 * commit refuses a table whose newest Floe snapshot is not the one planned against, so that a retry against a newer
 * table never reuses an old plan. And after any exception the table is read again and searched for this attempt's
 * own id: an exception says nothing about whether a commit landed. No file is ever deleted here, for the same reason.
 */
public final class TableCommitter {
    /** Table property that holds the id Floe knows the table by. */
    public static final String TABLE_ID_PROPERTY = "floe.table-id";

    private static final int ATTEMPTS_MAX = 4;
    private static final int CALLER_THREAD_MANIFESTS_MAX = 16;

    private final Table table;
    private final TableLayout layout;
    private final CommitId id;
    private final Guards guards;
    private final Runnable look;

    private TableCommitter(Table table, TableLayout layout, CommitId id, Guards guards, Runnable look) {
        this.table = table;
        this.layout = layout;
        this.id = id;
        this.guards = guards;
        this.look = look;
    }

    /** The offsets of the table's current snapshot as last loaded; later snapshots of others are stepped over. */
    public static CommittedOffsets offsets(Table table) {
        return TableHistory.of(table).offsets();
    }

    /** Epoch of the writer that brought a bucket to its offset; negative where the bucket has none. */
    public static long writerEpoch(Table table, int bucket) {
        return TableHistory.of(table).writerEpoch(bucket);
    }

    /** True where a bucket has nothing yet of the log that its table took in the place of another. */
    public static boolean isOfNewLog(Table table, int bucket) {
        return writerEpoch(table, bucket) < TableHistory.NO_EPOCH;
    }

    /** The log that the table's offsets are of; {@link LogId#ANY} where nothing was committed from one. */
    public static LogId log(Table table) {
        return TableHistory.of(table).log();
    }

    /** Throws TOPIC_RESET where the table's offsets are of another log. */
    public static void requireLog(Table table, LogId log) {
        TableHistory.of(table).requireLog(log);
    }

    /**
     * True where the table as loaded was set back: a snapshot that is no part of it any more has the entries of a
     * bucket up to this offset, and the table does not.
     */
    public static boolean wasSetBack(Table table, int bucket, long offset) {
        return offsets(table).of(bucket) < offset && RollbackWatch.hasLeft(table, bucket, offset);
    }

    static long lastCheckpoint(Table table) {
        CommitSummary summary = TableHistory.of(table).summary();
        return summary == null ? -1 : summary.id().checkpointId();
    }

    /**
     * Commits those of the changes that the table lacks.
     *
     * <p>Throws COMMIT_CONFLICT where the changes don't continue the table, WRITER_FENCED where a later epoch owns it,
     * TOPIC_RESET or TABLE_CHANGED where table and log no longer fit, CATALOG_UNAVAILABLE where nothing was committed
     * and trying again may help, and OUTCOME_UNKNOWN where calling again with the same changes finds out.
     */
    public static CommitOutcome commit(Table table, TableLayout layout, List<BucketChanges> changes, CommitId id) {
        return commit(table, layout, changes, id, Guards.ALL, () -> {});
    }

    /**
     * Commits as above.
     *
     * @param look called each time the table was loaded, before changes are planned for it; what it throws ends the
     *     commit
     */
    static CommitOutcome commit(
            Table table, TableLayout layout, List<BucketChanges> changes, CommitId id, Guards guards, Runnable look) {
        return new TableCommitter(table, layout, id, guards, look).commit(changes);
    }

    /**
     * Declares the table's offsets void where they are of another log than {@code id}'s: a snapshot without rows.
     *
     * <p>Throws as {@link #commit(Table, TableLayout, List, CommitId)} does.
     */
    public static CommitOutcome acceptLog(Table table, TableLayout layout, CommitId id) {
        return new TableCommitter(table, layout, id, Guards.ALL, () -> {}).acceptLog();
    }

    private CommitOutcome commit(List<BucketChanges> changes) {
        if (changes.isEmpty()) {
            return new CommitOutcome.Nothing();
        }
        return commit(history -> {
            history.requireSink(id.sinkId());
            if (guards.has(Guard.LOG_IS_THE_SAME)) {
                history.requireLog(id.log());
            }
            if (layout.isKeyed()) {
                history.requireNoForeignChange();
            }
            look.run();
            return CommitPlan.of(history, changes, id, guards);
        });
    }

    private CommitOutcome acceptLog() {
        return commit(history -> {
            history.requireSink(id.sinkId());
            if (layout.isKeyed()) {
                history.requireNoForeignChange();
            }
            return history.log().fits(id.log())
                    ? CommitPlan.nothing(history)
                    : CommitPlan.fresh(layout.buckets(), id.epoch());
        });
    }

    private CommitOutcome commit(Function<TableHistory, CommitPlan> planner) {
        refresh(ErrorCode.CATALOG_UNAVAILABLE);
        if (guards.has(Guard.TABLE_IS_THE_SAME)) {
            requireIdentity(table, layout);
        }
        for (int attempt = 1; ; attempt++) {
            TableHistory history = TableHistory.of(table);
            if (guards.has(Guard.EPOCH_FENCES)) {
                history.requireNotFenced(id);
            }
            CommitPlan plan = planner.apply(history);
            if (plan.isEmpty()) {
                return new CommitOutcome.AlreadyIn(snapshotId(history));
            }
            CommitSummary summary = new CommitSummary(
                    id,
                    id.sinkId() + "-" + id.epoch() + "-" + id.checkpointId() + "-" + UUID.randomUUID(),
                    plan.offsets(),
                    plan.writerEpochs());
            Optional<Snapshot> landed = attempt(history, plan, summary, attempt);
            if (landed.isPresent()) {
                return new CommitOutcome.Committed(landed.get().snapshotId());
            }
        }
    }

    /** The snapshot this attempt made, or empty where the table moved on and the plan must be made anew. */
    private Optional<Snapshot> attempt(TableHistory history, CommitPlan plan, CommitSummary summary, int attempt) {
        Snapshot seen = table.currentSnapshot();
        try {
            SnapshotUpdate<?> update = update(plan);
            summary.writeTo(update);
            if (guards.has(Guard.PLAN_HOLDS_AT_COMMIT)) {
                update.validateWith(samePlan(history, plan, seen));
            }
            update.deleteWith(file -> {});
            if (manifestCount() <= CALLER_THREAD_MANIFESTS_MAX) {
                update.scanManifestsWith(new CallerThread());
            }
            FaultPoint.reached("committer.before-commit");
            update.commit();
        } catch (RuntimeException e) {
            return resolve(seen, summary, attempt, e);
        }
        FaultPoint.reached("committer.after-commit");
        return Optional.of(find(summary)
                .orElseThrow(() -> new FloeException(
                        ErrorCode.OUTCOME_UNKNOWN, "the commit went through but is not in the table as loaded")));
    }

    private SnapshotUpdate<?> update(CommitPlan plan) {
        if (plan.touchedDataFiles().isEmpty() && plan.vectorsByDataFile().isEmpty()) {
            AppendFiles append = table.newAppend();
            plan.dataFiles().forEach(append::appendFile);
            return append;
        }
        RowDelta delta = table.newRowDelta();
        plan.dataFiles().forEach(delta::addRows);
        plan.vectorsByDataFile().values().forEach(delta::addDeletes);
        plan.replacedFiles().forEach(delta::removeRows);
        Set<String> touched = plan.touchedDataFiles();
        Snapshot current = table.currentSnapshot();
        LiveVectors.of(table, current, touched).forEach(delta::removeDeletes);
        if (current != null) {
            delta.validateFromSnapshot(current.snapshotId());
        }
        Set<String> replaced =
                plan.replacedFiles().stream().map(DataFile::location).collect(Collectors.toSet());
        LiveFiles.require(table, current, replaced);
        touched.removeAll(replaced);
        return delta.validateDataFilesExist(touched).validateDeletedFiles();
    }

    /**
     * Holds where the table's newest Floe snapshot is the one planned against, and no one changed rows since; where
     * files are replaced, that no one changed anything, so that they are there still.
     */
    private SnapshotAncestryValidator samePlan(TableHistory planned, CommitPlan plan, @Nullable Snapshot seen) {
        boolean unchanged = !plan.replacedFiles().isEmpty();
        return new SnapshotAncestryValidator() {
            @Override
            public boolean validate(Iterable<Snapshot> ancestors) {
                Iterator<Snapshot> newest = ancestors.iterator();
                if (unchanged
                        && (seen == null || !newest.hasNext() || !newest.next().equals(seen))) {
                    return false;
                }
                TableHistory now = TableHistory.of(ancestors);
                return snapshotId(now) == snapshotId(planned) && (!layout.isKeyed() || now.foreignChange() == null);
            }

            @Override
            public String errorMessage() {
                return "the table has moved on since the commit was planned";
            }
        };
    }

    private Optional<Snapshot> resolve(
            @Nullable Snapshot seen, CommitSummary summary, int attempt, RuntimeException failure) {
        refresh(ErrorCode.OUTCOME_UNKNOWN);
        Optional<Snapshot> landed = find(summary);
        if (landed.isPresent()) {
            return landed;
        }
        if (failure instanceof FloeException) {
            throw failure;
        }
        boolean movedOn = !Objects.equals(table.currentSnapshot(), seen);
        if (failure instanceof ValidationException && !movedOn) {
            throw new FloeException(
                            ErrorCode.COMMIT_CONFLICT, "the table refuses the commit: " + failure.getMessage(), failure)
                    .advise("reopen the buckets at the table's current snapshot and replay the log");
        }
        if (failure instanceof ValidationException || failure instanceof CommitFailedException) {
            if (attempt < ATTEMPTS_MAX) {
                return Optional.empty();
            }
            throw new FloeException(
                    ErrorCode.CATALOG_UNAVAILABLE, "gave up after " + attempt + " attempts to commit", failure);
        }
        throw new FloeException(ErrorCode.OUTCOME_UNKNOWN, "the commit failed and is not in the table yet", failure)
                .advise("commit the same changes again: those that landed are left out");
    }

    private Optional<Snapshot> find(CommitSummary summary) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (summary.isOf(snapshot)) {
                return Optional.of(snapshot);
            }
        }
        return Optional.empty();
    }

    private void refresh(ErrorCode code) {
        try {
            table.refresh();
        } catch (RuntimeException e) {
            throw new FloeException(code, "can't load the table to see what it contains", e)
                    .advise("commit the same changes again: those that landed are left out");
        }
    }

    /** Throws TABLE_CHANGED where the table is not the one the layout is of. */
    public static void requireIdentity(Table table, TableLayout layout) {
        String id = table.properties().get(TABLE_ID_PROPERTY);
        if (!layout.tableId().toString().equals(id)) {
            throw new FloeException(
                            ErrorCode.TABLE_CHANGED,
                            "the table is " + (id == null ? "not Floe's" : id) + " now, no longer " + layout.tableId())
                    .advise("something else dropped it and created it again: drop it, or bring the old one back and"
                            + " resume it");
        }
    }

    private int manifestCount() {
        Snapshot current = table.currentSnapshot();
        return current == null ? 0 : current.allManifests(table.io()).size();
    }

    private static long snapshotId(TableHistory history) {
        Snapshot newest = history.newest();
        return newest == null ? CommittedOffsets.NONE : newest.snapshotId();
    }
}
