package dev.floe.sql.duckdb;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.scan.RowSource;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.types.Type;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query that runs in DuckDB, as batches in their order.
 *
 * <p>DuckDB computes at most a buffer ahead of the reader. {@link #next} is for one thread, {@link #cancel} for any.
 */
public final class DuckRows implements RowSource {
    private static final Duration CANCEL_AGAIN = Duration.ofMillis(50);
    /** What the driver says in the place of an error that comes before the first rows. */
    private static final String ERROR_LOST = "Invalid result set";

    private final DuckDb database;
    private final String sql;
    private final List<ScanInput> scans;
    private final Shape shape;
    private final List<BoundScan> bound = new ArrayList<>();

    private @Nullable DuckDBConnection connection;
    private volatile @Nullable Statement statement;
    private @Nullable ArrowReader reader;
    private volatile @Nullable Future<?> deadline;
    private volatile boolean cancelled;
    private volatile boolean closed;

    /**
     * Types of the columns, rows of a batch, and the time left; {@code check} throws when the query is over and says
     * why.
     */
    public record Shape(List<Type> types, int batchRows, Supplier<Duration> remaining, Runnable check) {
        public Shape {
            types = List.copyOf(types);
        }
    }

    DuckRows(DuckDb database, String sql, List<ScanInput> scans, Shape shape) {
        this.database = database;
        this.sql = sql;
        this.scans = List.copyOf(scans);
        this.shape = shape;
    }

    /** The next rows, or null at the end; the batch's size is DuckDB's. */
    @Override
    public @Nullable ColumnBatch next(int rowsMax) {
        if (closed) {
            return null;
        }
        shape.check.run();
        try {
            ArrowReader open = reader;
            if (open == null) {
                open = start();
                reader = open;
            }
            while (open.loadNextBatch()) {
                VectorSchemaRoot rows = open.getVectorSchemaRoot();
                if (rows.getRowCount() > 0) {
                    return batch(rows);
                }
            }
            return null;
        } catch (SQLException | IOException e) {
            shape.check.run();
            throw DuckErrors.translate(e);
        }
    }

    /** Ends what runs; the reader learns why from its own check. */
    public void cancel() {
        cancelled = true;
        if (closed) {
            return;
        }
        // one that comes before DuckDB has begun is lost, so it comes again
        deadline = database.at(CANCEL_AGAIN, this::cancel);
        Statement open = statement;
        try {
            if (open != null) {
                open.cancel();
            }
        } catch (SQLException e) {
            // it ended by itself
        }
    }

    private ArrowReader start() throws SQLException {
        DuckDBConnection own = connect();
        String text = bound(own);
        Statement query = own.createStatement();
        statement = query;
        deadline = database.at(shape.remaining.get(), this::cancel);
        if (cancelled) {
            shape.check.run();
            throw new FloeException(ErrorCode.QUERY_CANCELLED, "the query was cancelled");
        }
        try {
            DuckDBResultSet result = (DuckDBResultSet) query.executeQuery(text);
            return (ArrowReader) result.arrowExportStream(database.allocator(), shape.batchRows);
        } catch (SQLException e) {
            throw String.valueOf(e.getMessage()).contains(ERROR_LOST) ? reason(e) : e;
        }
    }

    private DuckDBConnection connect() {
        DuckDBConnection own = database.connect();
        connection = own;
        return own;
    }

    /** Runs the query once more, up to its error, in the driver's other form, which keeps it. */
    private SQLException reason(SQLException lost) throws SQLException {
        shape.check.run();
        try {
            release();
        } catch (IOException e) {
            lost.addSuppressed(e);
        }
        DuckDBConnection own = connect();
        String text = bound(own);
        try (DuckDBPreparedStatement query = own.prepareStatement(text).unwrap(DuckDBPreparedStatement.class)) {
            statement = query;
            query.query().close();
            return lost;
        } catch (SQLException e) {
            return e;
        }
    }

    /** The statement with its scans in front. */
    private String bound(DuckDBConnection own) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < scans.size(); i++) {
            String name = "s" + i;
            BoundScan scan = BoundScan.open(database, own, name, scans.get(i), shape.check);
            bound.add(scan);
            text.append(i == 0 ? "WITH " : ", ")
                    .append(name)
                    .append(" AS NOT MATERIALIZED (")
                    .append(scan.text())
                    .append(")");
        }
        return text.append(' ').append(sql).toString();
    }

    private ColumnBatch batch(VectorSchemaRoot rows) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (int i = 0; i < shape.types.size(); i++) {
            ids.add(i);
            columns.add(ArrowVectors.copy(rows.getVector(i), shape.types.get(i), rows.getRowCount()));
        }
        return new ColumnBatch(rows.getRowCount(), ids, columns, new byte[rows.getRowCount()]);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        try {
            release();
        } catch (SQLException | IOException e) {
            throw DuckErrors.translate(e);
        }
    }

    private void release() throws SQLException, IOException {
        try (DuckDBConnection own = connection;
                Statement query = statement;
                ArrowReader rows = reader) {
            if (query != null && rows != null) {
                query.cancel();
            }
        } finally {
            bound.forEach(BoundScan::close);
            bound.clear();
        }
    }
}
