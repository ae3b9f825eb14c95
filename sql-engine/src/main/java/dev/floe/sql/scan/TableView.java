package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.TableCut;
import java.time.Instant;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A table at one snapshot, with its files; none where nothing was committed at the cut. */
public final class TableView {
    private final TableDefinition definition;
    private final Table table;
    private final @Nullable Snapshot snapshot;
    private final SnapshotFiles files;
    private final DeletionVectors vectors;

    TableView(
            TableDefinition definition,
            Table table,
            @Nullable Snapshot snapshot,
            SnapshotFiles files,
            DeletionVectors vectors) {
        this.definition = definition;
        this.table = table;
        this.snapshot = snapshot;
        this.files = files;
        this.vectors = vectors;
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

    /** The rows of a file that are dead at this cut, or null where none is. Throws TABLE_CHANGED, DATA_UNREADABLE. */
    public @Nullable DeadRows dead(LiveFile file) {
        return vectors.of(table.io(), file);
    }

    public TableCut cut() {
        String name = definition.name().table();
        return snapshot == null
                ? new TableCut(name, 0, Instant.EPOCH)
                : new TableCut(name, snapshot.snapshotId(), Instant.ofEpochMilli(snapshot.timestampMillis()));
    }
}
