package dev.floe.cli.ingest;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows of an input in their order; for one thread. */
interface RowSource extends AutoCloseable {
    /** The next row, null at the end. */
    @Nullable
    SourceRow next() throws IOException;

    @Override
    void close() throws IOException;
}
