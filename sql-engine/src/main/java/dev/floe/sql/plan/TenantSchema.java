package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;

/** The tables of one tenant, as they are when first asked for; nothing of another tenant can be named. */
final class TenantSchema extends AbstractSchema {
    private final Supplier<List<TableDefinition>> definitions;
    private final KnownStatistics statistics;
    private final Set<TableDefinition> named = new LinkedHashSet<>();
    private volatile Map<String, Table> tables = Map.of();

    TenantSchema(Supplier<List<TableDefinition>> definitions, KnownStatistics statistics) {
        this.definitions = definitions;
        this.statistics = statistics;
    }

    /** The tables that were asked for by name, for the thread that plans. */
    List<TableDefinition> named() {
        return List.copyOf(named);
    }

    @Override
    protected Map<String, Table> getTableMap() {
        Map<String, Table> known = tables;
        if (known.isEmpty()) {
            known = definitions.get().stream()
                    .map(definition -> new FloeTable(definition, named::add, statistics))
                    .collect(Collectors.toMap(table -> table.definition().name().table(), Function.identity()));
            tables = known;
        }
        return known;
    }
}
