package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.sql.engine.PreparedQuery;
import java.util.List;

/** A planned statement that answers with rows. */
public sealed interface QueryPlan extends PreparedQuery permits StatementPlan, LookupPlan, IndexedPlan {
    /** The tables it reads, as they were when it was planned; one may be there twice. */
    List<TableDefinition> tables();
}
