package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.tail.TableTail;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.run.PageTally;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.Sidecar;
import dev.floe.storage.sidecar.ValueIndex;
import dev.floe.storage.write.TableLayout;
import java.time.Instant;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * A table at one cut: a snapshot with its files, none where nothing was committed, and the log's tail after it.
 *
 * <p>The rows of a cut are those of the files that are not {@link #dead}, and those of the {@link #tail}. What prunes
 * files says nothing of the tail, whose rows pass the filter above the scan as all rows do.
 */
public final class TableView {
    private final TableDefinition definition;
    private final TableLayout layout;
    private final Table table;
    private final @Nullable Snapshot snapshot;
    private final SnapshotFiles files;
    private final TableTail tail;
    private final SharedReads shared;

    TableView(
            TableDefinition definition,
            Table table,
            @Nullable Snapshot snapshot,
            SnapshotFiles files,
            TableTail tail,
            SharedReads shared) {
        this.definition = definition;
        this.layout = definition.layout();
        this.table = table;
        this.snapshot = snapshot;
        this.files = files;
        this.tail = tail;
        this.shared = shared;
    }

    public TableDefinition definition() {
        return definition;
    }

    public Table table() {
        return table;
    }

    public @Nullable Snapshot snapshot() {
        return snapshot;
    }

    public SnapshotFiles files() {
        return files;
    }

    /** What the log has after the snapshot, up to the cut. */
    public TableTail tail() {
        return tail;
    }

    /** The rows of a file that are dead at this cut, or null where none is. Throws TABLE_CHANGED, DATA_UNREADABLE. */
    public @Nullable DeadRows dead(LiveFile file) {
        DeadRows deleted = deleted(file);
        DeadRows hidden = tail.isEmpty() || definition.key().isEmpty()
                ? null
                : shared.masks().of(table, layout, file, tail);
        return deleted == null || hidden == null ? (deleted == null ? hidden : deleted) : deleted.and(hidden);
    }

    /** The rows of a file that its deletion vector names, or null where it has none. Throws as {@link #dead}. */
    @Nullable
    DeadRows deleted(LiveFile file) {
        return shared.vectors().of(table.io(), file);
    }

    /** The keys of a file of a keyed table. Throws DATA_UNREADABLE. */
    OpenSidecar<Sidecar> keysOf(LiveFile file) {
        return shared.masks().sidecar(table, layout, file);
    }

    /** A secondary index of a file, or null where the file has none. Throws DATA_UNREADABLE. */
    @Nullable
    OpenSidecar<ValueIndex> index(LiveFile file, IndexFields fields) {
        return shared.indexes().of(table, file, fields);
    }

    /** Rows of a file at positions that rise, dead or not. Throws DATA_UNREADABLE. */
    ColumnBatch rows(LiveFile file, Schema projection, PageTally tally, long... positions) {
        return shared.points().rows(table.io(), file, projection, positions, tally);
    }

    /** Names the rows of the cut. */
    public CutIdentity identity() {
        return new CutIdentity(definition.id(), snapshot == null ? 0 : snapshot.snapshotId(), tail.identity());
    }

    public TableCut cut() {
        String name = definition.name().table();
        return snapshot == null
                ? new TableCut(name, 0, Instant.EPOCH, tail.rowCount(), tail.notice())
                : new TableCut(
                        name,
                        snapshot.snapshotId(),
                        Instant.ofEpochMilli(snapshot.timestampMillis()),
                        tail.rowCount(),
                        tail.notice());
    }
}
