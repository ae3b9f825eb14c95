package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.SinkTables.SinkTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds tables that a person rolled back to an older snapshot, and makes their writers begin anew there.
 *
 * <p>A table that gets entries would tell by a conflict; one that is idle would stay without the rows that the log
 * still has. What gives a rollback away is a snapshot of Floe's that is no ancestor of the current one and has more, or
 * is of another log. Such a snapshot counts once for each time that it was left: writers that began anew go on while
 * their table catches up with it, and begin anew again where it became the current one and was left once more.
 *
 * <p>Each commit looks again at the table as it is planned for: a bucket that opened after the rollback fits the table,
 * and lacks the entries that the job had read before.
 */
final class RollbackWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RollbackWatch.class);
    private static final int TURNS_MAX = 30;

    private final SinkTables tables;
    private final TableStates states;
    private final ExecutorService executor;
    private final Deque<UUID> next = new ArrayDeque<>();
    private int tablesPerTurn = 1;
    /** Where each table was when it was looked at last. */
    private final Map<UUID, Position> seen = new ConcurrentHashMap<>();

    /** Snapshots of each table that its writers have left behind them, with when each was the current one last. */
    private final Map<UUID, Map<Long, Long>> leftBehind = new ConcurrentHashMap<>();

    /** A table's current snapshot; each change of it adds to the history. */
    private record Position(long snapshotId, int changes) {}

    RollbackWatch(SinkTables tables, TableStates states, ExecutorService executor) {
        this.tables = tables;
        this.states = states;
        this.executor = executor;
    }

    /** Looks at every table. */
    void lookAtAll() {
        look(tables.all());
    }

    /** Takes note of snapshots that were left behind before the job began at its tables' offsets. */
    void know(Map<UUID, Map<Long, Long>> left) {
        leftBehind.putAll(left);
    }

    /** As {@link #leftBehind(Table)} of all tables that have any; throws CATALOG_UNAVAILABLE. */
    static Map<UUID, Map<Long, Long>> leftBehind(SinkTables tables) {
        Map<UUID, Map<Long, Long>> left = new HashMap<>();
        for (UUID tableId : tables.all()) {
            try {
                tables.find(tableId).ifPresent(found -> {
                    Map<Long, Long> snapshots = leftBehind(found.table());
                    if (!snapshots.isEmpty()) {
                        left.put(tableId, snapshots);
                    }
                });
            } catch (RuntimeException e) {
                LOG.warn("table can't be looked at: tableId={}", tableId, e);
            }
        }
        return left;
    }

    /** Looks at some more tables, in turn; every table has had its look after {@value #TURNS_MAX} calls. */
    void lookAtNext() {
        if (next.isEmpty()) {
            next.addAll(tables.all());
            tablesPerTurn = (next.size() + TURNS_MAX - 1) / TURNS_MAX;
        }
        List<UUID> turn = new ArrayList<>();
        while (turn.size() < tablesPerTurn && !next.isEmpty()) {
            turn.add(next.remove());
        }
        look(turn);
    }

    /** Several at once: a catalog of many tables is not to be loaded one after the other. */
    private void look(List<UUID> tableIds) {
        List<Callable<Boolean>> looks = new ArrayList<>();
        for (UUID tableId : tableIds) {
            looks.add(() -> {
                look(tableId);
                return true;
            });
        }
        Parallel.run(executor, looks);
    }

    private void look(UUID tableId) {
        try {
            Optional<SinkTable> found = tables.find(tableId);
            if (found.isEmpty()) {
                seen.remove(tableId);
                leftBehind.remove(tableId);
                return;
            }
            Table table = found.get().table();
            table.refresh();
            Snapshot current = table.currentSnapshot();
            Position position = new Position(
                    current == null ? -1 : current.snapshotId(), table.history().size());
            if (position.equals(seen.get(tableId))) {
                return;
            }
            rewindIfUnknown(tableId, table);
            seen.put(tableId, position);
        } catch (FloeException e) {
            LOG.warn("table can't be looked at: tableId={} code={} {}", tableId, e.code(), e.message());
        } catch (RuntimeException e) {
            // a table that can't be loaded is suspended when something is to be committed to it
            tables.reload(tableId);
            LOG.warn("table can't be looked at: tableId={}", tableId, e);
        }
    }

    /** Throws COMMIT_CONFLICT where the table as loaded was rolled back since its writers opened, and rewinds them. */
    void requireKnown(UUID tableId, Table table) {
        if (rewindIfUnknown(tableId, table)) {
            throw new FloeException(ErrorCode.COMMIT_CONFLICT, "the table was rolled back since its writers opened")
                    .advise("reopen the buckets at the table's current snapshot and replay the log");
        }
    }

    /** True where writers have to begin anew. */
    private boolean rewindIfUnknown(UUID tableId, Table table) {
        Map<Long, Long> known = leftBehind.getOrDefault(tableId, Map.of());
        Map<Long, Long> left = leftBehind(table);
        boolean rewinds = left.entrySet().stream()
                .anyMatch(snapshot -> known.getOrDefault(snapshot.getKey(), Long.MIN_VALUE) < snapshot.getValue());
        if (rewinds) {
            TableState state = states.all().getOrDefault(tableId, TableState.NORMAL);
            Snapshot current = table.currentSnapshot();
            LOG.warn(
                    "table was rolled back, writers begin anew: tableId={} snapshotId={}",
                    tableId,
                    current == null ? "none" : current.snapshotId());
            states.rewind(tableId, state.generation());
        }
        // only now: where the catalog is away it is to be tried again
        leftBehind.put(tableId, left);
        return rewinds;
    }

    /**
     * Snapshots that are no ancestors of the current one, and have more than it or are of another log, with the time in
     * milliseconds when each was the current one last, or 0.
     */
    static Map<Long, Long> leftBehind(Table table) {
        TableHistory history = TableHistory.of(table);
        Set<Long> ancestors = new HashSet<>(SnapshotUtil.ancestorIds(table.currentSnapshot(), table::snapshot));
        Map<Long, Long> left = new HashMap<>();
        for (Snapshot snapshot : table.snapshots()) {
            if (!ancestors.contains(snapshot.snapshotId()) && hasMore(snapshot, history)) {
                left.put(snapshot.snapshotId(), 0L);
            }
        }
        for (HistoryEntry entry : table.history()) {
            left.computeIfPresent(entry.snapshotId(), (id, last) -> Math.max(last, entry.timestampMillis()));
        }
        return left;
    }

    /** True where a snapshot that was left behind has entries of a bucket up to an offset that the table lacks. */
    static boolean hasLeft(Table table, int bucket, long offset) {
        return leftBehind(table).keySet().stream()
                .flatMap(id -> CommitSummary.of(table.snapshot(id)).stream())
                .anyMatch(summary -> summary.offsets().of(bucket) >= offset);
    }

    private static boolean hasMore(Snapshot snapshot, TableHistory than) {
        Optional<CommitSummary> summary = CommitSummary.of(snapshot);
        if (summary.isEmpty()) {
            return false;
        }
        return than.newest() == null
                || !summary.get().id().log().fits(than.log())
                || summary.get().offsets().byBucket().entrySet().stream()
                        .anyMatch(bucket -> bucket.getValue() > than.offsets().of(bucket.getKey()));
    }
}
