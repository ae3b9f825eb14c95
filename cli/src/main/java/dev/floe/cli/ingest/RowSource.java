package dev.floe.cli.ingest;

import dev.floe.client.Column;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of an input in their order; for one thread. */
interface RowSource extends AutoCloseable {
    /** The columns that each row has values for. */
    List<Column> columns();

    /** The next row, null at the end. */
    @Nullable
    SourceRow next() throws IOException;

    @Override
    void close() throws IOException;
}
