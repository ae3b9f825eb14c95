package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.storage.column.ColumnBatch;
import java.util.Arrays;
import java.util.List;

/**
 * What a statement does to a table with each row that its query finds.
 *
 * @param operation of every row, a RowOperation
 * @param fieldIds of the table, for the query's columns in their order
 */
public record TableChange(TableDefinition table, byte operation, List<Integer> fieldIds) {
    public TableChange {
        fieldIds = List.copyOf(fieldIds);
    }

    /** A batch that the query found, as rows for the table. */
    public ColumnBatch rows(ColumnBatch found) {
        byte[] operations = new byte[found.rowCount()];
        Arrays.fill(operations, operation);
        return new ColumnBatch(found.rowCount(), fieldIds, found.columns(), operations);
    }
}
