package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.PreparedQuery;
import java.util.List;

/** A planned statement that answers with rows. */
public sealed interface QueryPlan extends PreparedQuery permits StatementPlan, LookupPlan, IndexedPlan {
    /** What it reads; of a statement with two plans, by either of them. */
    List<PlannedScan> allScans();

    /** The tables it reads, as they were when it was planned; one may be there twice. */
    default List<TableDefinition> tables() {
        return allScans().stream().map(PlannedScan::definition).toList();
    }
}
