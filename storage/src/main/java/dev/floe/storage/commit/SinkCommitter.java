package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.error.Interruption;
import dev.floe.storage.commit.Guards.Guard;
import dev.floe.storage.commit.SinkTables.SinkTable;
import dev.floe.storage.log.LogId;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketChangesCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what complete checkpoints contain to many tables: one Iceberg commit a table, several tables at once.
 *
 * <pre>
 *   changes ─► PendingChanges (in the job's state) ──checkpoint complete──► TableCommitter, table by table
 *                                                                              │ error
 *                  void ◄── rewound | suspended ◄── TableStates ◄──────────────┘
 * </pre>
 *
 * <p>Changes stay pending until their commit went through, so a notification that is lost or comes late only delays
 * them; what a table has already is recognised by its offsets. An error concerns its own table only. While the
 * catalog is away the changes wait; where they don't fit the table, its writers begin anew at the table and read the
 * log from there; where that can't help, the table is suspended. WRITER_FENCED alone ends everything.
 *
 * <p>Not safe for threads.
 */
public final class SinkCommitter {
    private static final Logger LOG = LoggerFactory.getLogger(SinkCommitter.class);
    private static final int REWINDS_MAX = 3;

    private final SinkTables tables;
    private final TableStates states;
    private final CommitId identity;
    private final ExecutorService executor;
    private final Guards guards;
    private final PendingChanges pending = new PendingChanges();
    private final Map<UUID, Integer> rewinds = new HashMap<>();
    private final RollbackWatch rollbacks;
    private long lastComplete = -1;

    /**
     * @param identity who commits; its checkpoint id is not used
     * @param executor runs the commits of one checkpoint
     */
    public SinkCommitter(SinkTables tables, TableStates states, CommitId identity, ExecutorService executor) {
        this(tables, states, identity, executor, Guards.ALL);
    }

    SinkCommitter(SinkTables tables, TableStates states, CommitId identity, ExecutorService executor, Guards guards) {
        this.tables = tables;
        this.states = states;
        this.identity = identity;
        this.executor = executor;
        this.guards = guards;
        this.rollbacks = new RollbackWatch(tables, states, executor);
    }

    /** What became of one table's changes. */
    private sealed interface Outcome {
        record Done() implements Outcome {}

        record Later(FloeException why) implements Outcome {}

        record Failed(FloeException why) implements Outcome {}
    }

    /** Commits what a restored checkpoint holds, which is complete, and looks at every table; throws WRITER_FENCED. */
    public void start() {
        commitUpTo(Long.MAX_VALUE);
        try {
            rollbacks.lookAtAll();
        } catch (FloeException e) {
            LOG.warn("the tables can't be listed: code={} {}", e.code(), e.message());
        }
    }

    /**
     * Begins without a checkpoint: the writers begin at the tables' offsets, wherever a person put them.
     *
     * @param leftBehind what {@link #leftBehind} had found before it was read where the tables end: a table that was
     *     rolled back after that lacks entries that the job does not read
     */
    public void startAnew(Map<UUID, Map<Long, Long>> leftBehind) {
        rollbacks.know(leftBehind);
        try {
            acceptLogs(states.all());
            rollbacks.lookAtAll();
        } catch (FloeException e) {
            LOG.warn("the tables can't be looked at: code={} {}", e.code(), e.message());
        }
    }

    /**
     * The snapshots of each table that are no part of it any more, with the time in milliseconds when each was the
     * current one last; throws CATALOG_UNAVAILABLE.
     */
    public static Map<UUID, Map<Long, Long>> leftBehind(SinkTables tables) {
        return RollbackWatch.leftBehind(tables);
    }

    /** Takes changes on, from the writers or out of a restored checkpoint. */
    public void add(TableChanges changes) {
        if (changes.checkpointId() <= lastComplete && !guards.has(Guard.LATE_CHANGES_COUNT)) {
            return;
        }
        pending.add(changes);
    }

    /** All that is not committed yet, for the job's state. */
    public List<TableChanges> pending() {
        return pending.all();
    }

    /**
     * True where all changes of checkpoints up to this one are committed or void.
     *
     * <p>Every file that was written before that checkpoint began, in this run of the job or an earlier one, is then in
     * a table or of no use. It holds of aligned checkpoints only: no change is behind its barrier.
     */
    public boolean isSettled(long checkpointId) {
        return pending.upTo(checkpointId).isEmpty();
    }

    /** Checkpoints of the table that waits longest for a commit. */
    public int pendingCheckpoints() {
        return pending.checkpoints();
    }

    /**
     * Commits all changes of checkpoints up to this one; returns the number of tables that are up to date with it.
     *
     * <p>Throws WRITER_FENCED where a later epoch owns a table: the caller is to stop for good.
     */
    public int commitUpTo(long checkpointId) {
        Map<UUID, TableState> known;
        try {
            acceptLogs(states.all()); // before the look: a rewind takes an acceptance back
            lookForRollback();
            known = states.all(); // after it: a rewind makes changes void
        } catch (FloeException e) {
            if (e.code() == ErrorCode.WRITER_FENCED) {
                throw e;
            }
            LOG.warn("commits wait, the tables' states can't be read: checkpoint={} code={}", checkpointId, e.code());
            return 0;
        }
        Map<UUID, List<TableChanges>> work = pending.upTo(checkpointId);
        if (checkpointId != Long.MAX_VALUE) {
            lastComplete = Math.max(lastComplete, checkpointId);
        }
        List<UUID> tableIds = new ArrayList<>();
        List<Callable<Outcome>> commits = new ArrayList<>();
        work.forEach((tableId, changes) -> {
            TableState state = known.getOrDefault(tableId, TableState.NORMAL);
            tableIds.add(tableId);
            commits.add(() -> commit(tableId, state, changes));
        });
        int done = 0;
        List<Outcome> outcomes = Parallel.run(executor, commits);
        for (int i = 0; i < outcomes.size(); i++) {
            UUID tableId = tableIds.get(i);
            TableState state = known.getOrDefault(tableId, TableState.NORMAL);
            if (settle(tableId, state, checkpointId, outcomes.get(i))) {
                done++;
            }
        }
        return done;
    }

    private void lookForRollback() {
        try {
            rollbacks.lookAtNext();
        } catch (FloeException e) {
            LOG.warn("the tables can't be listed: code={} {}", e.code(), e.message());
        }
    }

    private Outcome commit(UUID tableId, TableState state, List<TableChanges> encoded) {
        try {
            Optional<SinkTable> target = tables.find(tableId);
            if (target.isEmpty()) {
                LOG.info("changes of a dropped table let go: tableId={}", tableId);
                return new Outcome.Done();
            }
            List<BucketChanges> changes = valid(tableId, state, encoded, target.get());
            long newest = encoded.get(encoded.size() - 1).checkpointId();
            Table table = target.get().table();
            TableCommitter.commit(
                    table,
                    target.get().layout(),
                    changes,
                    new CommitId(identity.sinkId(), identity.log(), identity.epoch(), newest),
                    guards,
                    () -> rollbacks.requireKnown(tableId, table));
            return new Outcome.Done();
        } catch (FloeException e) {
            if (passes(e)) {
                tables.reload(tableId);
            }
            return passes(e) ? new Outcome.Later(e) : new Outcome.Failed(e);
        } catch (RuntimeException e) {
            return new Outcome.Failed(new FloeException(ErrorCode.DEFECT, "the commit failed: " + e, e));
        }
    }

    /** Changes of the table's present writers; none where it is suspended. */
    private List<BucketChanges> valid(UUID tableId, TableState state, List<TableChanges> encoded, SinkTable target) {
        if (state.suspended()) {
            return List.of();
        }
        List<BucketChanges> changes = new ArrayList<>();
        for (TableChanges each : encoded) {
            boolean counted = guards.has(Guard.OFFSETS_NOT_CHECKPOINTS)
                    || each.checkpointId() > TableCommitter.lastCheckpoint(target.table());
            if (each.generation() >= state.generation() && counted) {
                changes.add(BucketChangesCodec.decode(each.changes()));
            }
        }
        if (changes.size() < encoded.size()) {
            LOG.info(
                    "changes of writers before a rewind let go: tableId={} generation={} count={}",
                    tableId,
                    state.generation(),
                    encoded.size() - changes.size());
        }
        return changes;
    }

    private static boolean passes(FloeException e) {
        return e.code() == ErrorCode.CATALOG_UNAVAILABLE
                || e.code() == ErrorCode.STORAGE_UNAVAILABLE
                || e.code() == ErrorCode.OUTCOME_UNKNOWN;
    }

    /** Draws the consequences of a table's outcome; true where its changes are in. */
    private boolean settle(UUID tableId, TableState state, long checkpointId, Outcome outcome) {
        if (outcome instanceof Outcome.Later later) {
            LOG.warn(
                    "commit waits for the next checkpoint: tableId={} checkpoint={} code={} {}",
                    tableId,
                    checkpointId,
                    later.why().code(),
                    later.why().message());
            return false;
        }
        if (outcome instanceof Outcome.Failed failed) {
            fail(tableId, state, failed.why());
            pending.remove(tableId, checkpointId);
            return false;
        }
        rewinds.remove(tableId);
        pending.remove(tableId, checkpointId);
        return true;
    }

    private void fail(UUID tableId, TableState state, FloeException why) {
        if (why.code() == ErrorCode.WRITER_FENCED) {
            throw why;
        }
        if (why.code() == ErrorCode.COMMIT_CONFLICT && !guards.has(Guard.CONFLICTS_REWIND)) {
            return;
        }
        if (why.code() == ErrorCode.COMMIT_CONFLICT && rewinds.merge(tableId, 1, Integer::sum) <= REWINDS_MAX) {
            LOG.warn("writers begin anew: tableId={} code={} {}", tableId, why.code(), why.message());
            states.rewind(tableId, state.generation());
            return;
        }
        LOG.error("table suspended: tableId={} code={} {}", tableId, why.code(), why.message(), why);
        states.suspend(tableId, state.generation(), why);
    }

    /**
     * Makes tables whose log was replaced begin anew in this one, where a person accepted that.
     *
     * <p>Writers open once the acceptance is done, and it is done once: should the table be set back to before it, that
     * is for a person to look at again.
     */
    private void acceptLogs(Map<UUID, TableState> known) {
        known.forEach((tableId, state) -> {
            boolean asked = !state.suspended() && state.accepted().contains(ErrorCode.TOPIC_RESET);
            if (!asked) {
                return;
            }
            try {
                tables.find(tableId)
                        .ifPresent(target -> TableCommitter.acceptLog(
                                target.table(),
                                target.layout(),
                                new CommitId(identity.sinkId(), identity.log(), identity.epoch(), 0)));
                states.acceptanceDone(tableId, state.generation(), ErrorCode.TOPIC_RESET);
            } catch (FloeException e) {
                if (Interruption.isBehind(e)) {
                    throw e;
                }
                if (passes(e)) {
                    LOG.warn("accepting the new log waits: tableId={} code={} {}", tableId, e.code(), e.message());
                } else {
                    fail(tableId, state, e);
                }
            }
        });
    }

    /** The log whose offsets are committed. */
    public LogId log() {
        return identity.log();
    }
}
