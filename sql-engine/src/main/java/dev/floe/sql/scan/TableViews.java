package dev.floe.sql.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.floe.catalog.Catalog;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TableTail;
import dev.floe.sql.tail.TailSettings;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.log.LogToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cut of a table that a read asks for: a snapshot, and the log's tail after it where that is wanted.
 *
 * <p>A read at latest, or at a token, fixes both at once and sees each row once: the tail begins at the very offsets
 * that the snapshot contains. Where a tail lacks entries the read waits for the commit that has them.
 */
public final class TableViews implements AutoCloseable {
    private static final int TABLES_MAX = 10_000;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final CommittedTables tables;
    private final SnapshotCache snapshots = new SnapshotCache();
    private final Cache<UUID, Long> liveRows =
            Caffeine.newBuilder().maximumSize(TABLES_MAX).build();
    private final SharedReads shared = new SharedReads();
    private final @Nullable FreshReads fresh;

    /** Over committed snapshots only: the newest of them is the latest there is. */
    public TableViews(Tables tables) {
        this.tables = new CommittedTables(tables);
        this.fresh = null;
    }

    /** Over snapshots and the log. */
    public TableViews(Catalog catalog, LogTail tail, TailSettings settings) {
        this.tables = new CommittedTables(catalog.tables());
        this.fresh = new FreshReads(
                new NewestTables(catalog.tables(), tables, tail), tail, catalog.suspensions(), settings.waitMax());
    }

    /**
     * The table at the cut. Waits for a token at most {@code waitMax}, then throws NOT_VISIBLE_YET; throws
     * TABLE_NOT_FOUND, SNAPSHOT_NOT_FOUND, QUERY_CANCELLED.
     */
    public TableView at(TableDefinition definition, ReadCut cut, Duration waitMax, AtomicBoolean cancelled) {
        FreshReads log = fresh;
        if (log != null && (cut instanceof ReadCut.Latest || cut instanceof ReadCut.AtToken)) {
            return view(definition, log.read(definition, cut, waitMax, cancelled));
        }
        LogToken token = token(cut);
        if (token != null && token.tableId().equals(definition.id())) {
            return containing(definition, token, waitMax, cancelled);
        }
        Table table = tables.newest(definition);
        if (cut instanceof ReadCut.AtSnapshot at) {
            return view(definition, table, snapshot(table, at.snapshotId()));
        }
        if (cut instanceof ReadCut.AtTime at) {
            return view(definition, table, snapshot(table, at.time()));
        }
        return view(definition, table, table.currentSnapshot());
    }

    /**
     * What {@code reading} finds in the view {@link #at} the cut, of these buckets alone. At latest it may be called
     * twice: it reads while it is asked where the log ends, and again where that was further.
     */
    public <T> T read(
            TableDefinition definition,
            Set<Integer> buckets,
            ReadCut cut,
            Duration waitMax,
            AtomicBoolean cancelled,
            Function<TableView, T> reading) {
        FreshReads log = fresh;
        if (log == null || !(cut instanceof ReadCut.Latest)) {
            return reading.apply(at(definition, cut, waitMax, cancelled));
        }
        return log.read(definition, buckets, waitMax, cancelled, read -> reading.apply(view(definition, read)));
    }

    private TableView containing(
            TableDefinition definition, LogToken token, Duration waitMax, AtomicBoolean cancelled) {
        long deadline = System.nanoTime() + waitMax.toNanos();
        while (true) {
            Table table = tables.newest(definition);
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

    /**
     * What is known of a table's newest snapshot, for choosing between plans; empty where it can't be read. What the
     * log has after it is not counted.
     */
    public Optional<TableStatistics> statistics(TableDefinition definition) {
        try {
            Table table = tables.newest(definition);
            return Optional.of(snapshots
                    .of(definition.id(), table, table.currentSnapshot())
                    .statistics(table));
        } catch (FloeException e) {
            // the read itself will say why
            return Optional.empty();
        }
    }

    /** Rows that a table had when its newest snapshot was read last; empty where that was long ago. */
    public OptionalLong rowsLately(UUID table) {
        Long rows = liveRows.getIfPresent(table);
        return rows == null ? OptionalLong.empty() : OptionalLong.of(rows);
    }

    @Override
    public void close() {
        FreshReads log = fresh;
        if (log != null) {
            log.close();
        }
        shared.points().close();
    }

    private TableView view(TableDefinition definition, FreshReads.Fresh read) {
        return view(definition, read.newest().table(), read.newest().snapshot(), read.tail());
    }

    private TableView view(TableDefinition definition, Table table, @Nullable Snapshot snapshot) {
        return view(definition, table, snapshot, TableTail.NONE);
    }

    private TableView view(TableDefinition definition, Table table, @Nullable Snapshot snapshot, TableTail tail) {
        SnapshotFiles files = snapshots.of(definition.id(), table, snapshot);
        if (snapshot == table.currentSnapshot()) {
            liveRows.put(definition.id(), files.liveRows());
        }
        return new TableView(definition, table, snapshot, files, tail, shared);
    }

    private static @Nullable LogToken token(ReadCut cut) {
        if (cut instanceof ReadCut.Containing containing) {
            return containing.token();
        }
        return cut instanceof ReadCut.AtToken at ? at.token() : null;
    }

    /** None before the table's first one; throws where that first one has expired, for nobody knows what was then. */
    private static @Nullable Snapshot snapshot(Table table, Instant time) {
        Long id = SnapshotUtil.nullableSnapshotIdAsOfTime(table, time.toEpochMilli());
        if (id != null) {
            return snapshot(table, id);
        }
        Snapshot oldest = table.history().isEmpty()
                ? null
                : table.snapshot(table.history().get(0).snapshotId());
        if (oldest != null && oldest.parentId() != null) {
            throw new FloeException(ErrorCode.SNAPSHOT_NOT_FOUND, "the table has no snapshot of " + time + " any more")
                    .advise("the oldest that did not expire is of " + Instant.ofEpochMilli(oldest.timestampMillis()));
        }
        return null;
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
