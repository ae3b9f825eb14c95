package dev.floe.sql.engine;

import dev.floe.storage.column.ColumnBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running query. {@link #next} is for one thread; {@link #cancel} is for any.
 *
 * <p>Field ids of a batch are the column's index in {@link #columns}; operations are meaningless.
 */
public interface QueryCursor extends AutoCloseable {
    List<ResultColumn> columns();

    /** The snapshots the query sees, fixed at its start. */
    List<TableCut> cuts();

    /** The next rows, or null at the end; throws QUERY_CANCELLED, QUERY_TIMEOUT, ROW_LIMIT_EXCEEDED. */
    @Nullable
    ColumnBatch next();

    /** True where the rows were kept from an earlier run of the query, at the same cuts. */
    default boolean isFromCache() {
        return false;
    }

    void cancel();

    @Override
    void close();
}
