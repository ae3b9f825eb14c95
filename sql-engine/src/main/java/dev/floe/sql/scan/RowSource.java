package dev.floe.sql.scan;

import dev.floe.storage.column.ColumnBatch;
import org.jspecify.annotations.Nullable;

/** Rows in batches, wherever they come from; for one thread. */
public interface RowSource extends AutoCloseable {
    /** Further rows, perhaps none; null at the end. {@code rowsMax} is what the reader wants, and may be exceeded. */
    @Nullable
    ColumnBatch next(int rowsMax);

    @Override
    void close();
}
