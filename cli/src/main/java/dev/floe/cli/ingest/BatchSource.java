package dev.floe.cli.ingest;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Batches of an input in its order; bad rows are reported and left out. For one thread. */
interface BatchSource extends AutoCloseable {
    /** The next batch, null at the end. */
    @Nullable
    SourceBatch next() throws IOException;

    /** Rows taken from the input so far, the bad ones among them. */
    long read();

    @Override
    void close() throws IOException;
}
