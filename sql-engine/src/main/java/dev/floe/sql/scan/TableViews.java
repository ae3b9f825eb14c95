package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.log.LogToken;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** Finds the snapshot of a table that a read at a cut sees. */
public final class TableViews {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Tables tables;
    private final SnapshotCache snapshots = new SnapshotCache();
    private final DeletionVectors vectors = new DeletionVectors();

    public TableViews(Tables tables) {
        this.tables = tables;
    }

    /**
     * The table at the cut. Waits for a token at most {@code waitMax}, then throws NOT_VISIBLE_YET; throws
     * TABLE_NOT_FOUND, SNAPSHOT_NOT_FOUND, QUERY_CANCELLED.
     */
    public TableView at(TableDefinition definition, ReadCut cut, Duration waitMax, AtomicBoolean cancelled) {
        if (cut instanceof ReadCut.AtToken at && at.token().tableId().equals(definition.id())) {
            return atToken(definition, at.token(), waitMax, cancelled);
        }
        Table table = tables.iceberg(definition.name());
        if (cut instanceof ReadCut.AtSnapshot at) {
            return view(definition, table, snapshot(table, at.snapshotId()));
        }
        if (cut instanceof ReadCut.AtTime at) {
            Long id = SnapshotUtil.nullableSnapshotIdAsOfTime(table, at.time().toEpochMilli());
            return view(definition, table, id == null ? null : table.snapshot(id));
        }
        return view(definition, table, table.currentSnapshot());
    }

    private TableView atToken(TableDefinition definition, LogToken token, Duration waitMax, AtomicBoolean cancelled) {
        long deadline = System.nanoTime() + waitMax.toNanos();
        while (true) {
            Table table = tables.iceberg(definition.name());
            CommittedOffsets committed = TableCommitter.offsets(table);
            boolean visible = token.offsets().entrySet().stream()
                    .allMatch(bucket -> committed.of(bucket.getKey()) >= bucket.getValue());
            if (visible) {
                return view(definition, table, table.currentSnapshot());
            }
            if (cancelled.get()) {
                throw new FloeException(ErrorCode.QUERY_CANCELLED, "the query was cancelled");
            }
            if (System.nanoTime() >= deadline) {
                throw new FloeException(
                                ErrorCode.NOT_VISIBLE_YET,
                                "the rows acked are not in table "
                                        + definition.name().table() + " after " + waitMax.toMillis() + " ms")
                        .advise("wait longer, or read without the token");
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    private TableView view(TableDefinition definition, Table table, @Nullable Snapshot snapshot) {
        return new TableView(definition, table, snapshot, snapshots.of(definition.id(), table, snapshot), vectors);
    }

    private static @Nullable Snapshot snapshot(Table table, long id) {
        if (id == 0) {
            return null;
        }
        Snapshot snapshot = table.snapshot(id);
        if (snapshot == null) {
            throw new FloeException(ErrorCode.SNAPSHOT_NOT_FOUND, "the table has no snapshot " + id)
                    .advise("it may have expired; see the table's snapshots");
        }
        return snapshot;
    }
}
