package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.scan.TableStatistics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of the tables of one statement, asked for once it is known that they matter.
 *
 * <p>They do where generated code joins: to know them, a table's manifests have to be read. For one thread.
 */
final class KnownStatistics {
    private final Function<TableDefinition, Optional<TableStatistics>> source;
    private final Map<UUID, Optional<TableStatistics>> asked = new HashMap<>();
    private boolean wanted;

    KnownStatistics(Function<TableDefinition, Optional<TableStatistics>> source) {
        this.source = source;
    }

    /** From here on they matter. */
    void want() {
        wanted = true;
    }

    /** Null where nobody wanted them, or nothing is known. */
    @Nullable
    TableStatistics of(TableDefinition table) {
        return wanted
                ? asked.computeIfAbsent(table.id(), id -> source.apply(table)).orElse(null)
                : null;
    }

    /** Rows of the tables whose statistics the plan was made by. */
    Map<UUID, Double> rows() {
        Map<UUID, Double> rows = new HashMap<>();
        asked.forEach((table, known) -> known.ifPresent(statistics -> rows.put(table, statistics.rows())));
        return rows;
    }
}
