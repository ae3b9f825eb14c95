package dev.floe.sqlgateway.rpc;

import dev.floe.sql.engine.QueryCursor;
import dev.floe.storage.column.ColumnBatch;
import java.util.Optional;

/** What a query's rows become on their call; used by one thread at a time. */
public interface QueryAnswer<R> {
    /** What goes out once the cursor is open. */
    Optional<R> first(QueryCursor cursor);

    R rows(ColumnBatch slice);

    /** What goes out after all rows. */
    Optional<R> last(End end);

    /** Whether a result without rows is told by a batch without rows. */
    default boolean showsEmptyResult() {
        return false;
    }

    /** How a query ended. */
    record End(long rowCount, long elapsedMicros, boolean isFromCache) {}
}
