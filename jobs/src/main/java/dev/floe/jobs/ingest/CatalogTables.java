package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.storage.commit.SinkTables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Table;

/** The catalog's tables for the committer; an Iceberg table is loaded once and refreshed by each commit. */
final class CatalogTables implements SinkTables {
    private final Catalog catalog;
    private final Map<UUID, Table> loaded = new ConcurrentHashMap<>();

    CatalogTables(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Optional<SinkTable> find(UUID tableId) {
        Optional<TableDefinition> definition = catalog.tables().find(tableId);
        if (definition.isEmpty()) {
            loaded.remove(tableId);
            return Optional.empty();
        }
        Table table = loaded.computeIfAbsent(
                tableId, id -> catalog.tables().iceberg(definition.get().name()));
        return Optional.of(new SinkTable(table, definition.get().layout()));
    }

    @Override
    public void reload(UUID tableId) {
        loaded.remove(tableId);
    }

    @Override
    public List<UUID> all() {
        return catalog.tables().listAll().stream().map(TableDefinition::id).toList();
    }
}
