package dev.floe.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * Rows of a running query, fetched as they are read; for one thread.
 *
 * <p>{@link #close} before the end cancels the query. {@link #elapsed} is known at the end.
 */
public interface QueryRows extends Iterator<Row>, AutoCloseable {
    List<Column> columns();

    /** The cut the query sees. */
    List<TableSnapshot> snapshots();

    /** The server's time for the query; zero before the end. */
    Duration elapsed();

    /** The remaining rows in a list. */
    List<Row> all();

    @Override
    void close();
}
