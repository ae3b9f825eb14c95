package dev.floe.sql.engine;

import dev.floe.storage.column.ColumnBatch;
import java.util.List;

/**
 * Rows found by key. Key {@code i} is row {@code rowOf[i]} of {@code rows}, or -1 where the table has no such key.
 *
 * <p>Field ids of the batch are the column's index in {@code columns}.
 */
public record LookupResult(List<ResultColumn> columns, ColumnBatch rows, List<Integer> rowOf, TableCut cut) {
    public LookupResult {
        columns = List.copyOf(columns);
        rowOf = List.copyOf(rowOf);
    }
}
