package dev.floe.sql.scan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.TableCut;
import java.time.Instant;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A table at one snapshot; none where nothing was committed at the cut. */
public record TableView(
        TableDefinition definition, Table table, @Nullable Snapshot snapshot) {

    public TableCut cut() {
        String name = definition.name().table();
        return snapshot == null
                ? new TableCut(name, 0, Instant.EPOCH)
                : new TableCut(name, snapshot.snapshotId(), Instant.ofEpochMilli(snapshot.timestampMillis()));
    }
}
