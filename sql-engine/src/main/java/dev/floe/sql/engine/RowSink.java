package dev.floe.sql.engine;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.storage.column.ColumnBatch;

/** Takes the rows of statements that change tables; safe for use by several threads. */
public interface RowSink {
    /**
     * Stores rows of a table of the principal's tenant, and returns when they are durable.
     *
     * <p>Columns go by field id, and each row has its operation; a column that the batch lacks is as the table's rules
     * have it. Throws what the write path refuses, the first bad row's error too: then the good ones are stored.
     */
    void store(Principal principal, TableDefinition table, ColumnBatch rows);
}
