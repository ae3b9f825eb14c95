package dev.floe.standalone.demo;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The Parquet file of flight records, read by DuckDB: an engine that shares no code with Floe.
 *
 * <p>Its rows are sorted by date, so that the last row of a route in file order is its latest flight.
 */
final class FlightRecords {
    private static final String COLUMNS = "date, delay, distance, origin, destination";

    private final String file;

    FlightRecords(Path file) {
        if (!Files.isReadable(file)) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "can't read the flight records " + file)
                    .advise("run from a clone, or name the file with --file");
        }
        this.file = "'" + file.toString().replace("'", "''") + "'";
    }

    /** Takes the file's rows in date order. */
    interface RowSink {
        void row(String date, long delay, long distance, String origin, String destination);
    }

    long count() {
        return Long.parseLong(select("SELECT count(*) FROM " + file).get(0).get(0));
    }

    /** Writes all rows as CSV with a header, in date order. */
    void exportCsv(Path target) {
        String path = "'" + target.toString().replace("'", "''") + "'";
        run(statement -> statement.execute("COPY (SELECT " + COLUMNS + " FROM " + file + ") TO " + path + " (HEADER)"));
    }

    void forEach(RowSink sink) {
        run(statement -> {
            try (ResultSet rows = statement.executeQuery(
                    "SELECT strftime(date, '%Y-%m-%dT%H:%M:%S'), delay, distance, origin, destination FROM " + file)) {
                while (rows.next()) {
                    sink.row(rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getString(4), rows.getString(5));
                }
            }
            return true;
        });
    }

    /** The latest flight of each route as text columns, by route: what the table {@code routes} has to hold. */
    List<List<String>> latestOfEachRoute() {
        return select("SELECT origin, destination, strftime(date, '%Y-%m-%d %H:%M:%S'), delay, distance FROM"
                + " (SELECT *, row_number() OVER (PARTITION BY origin, destination ORDER BY file_row_number DESC) age"
                + " FROM read_parquet(" + file + ", file_row_number = true)) WHERE age = 1 ORDER BY 1, 2");
    }

    private List<List<String>> select(String sql) {
        List<List<String>> found = new ArrayList<>();
        run(statement -> {
            try (ResultSet rows = statement.executeQuery(sql)) {
                int width = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    List<String> row = new ArrayList<>(width);
                    for (int i = 1; i <= width; i++) {
                        row.add(String.valueOf(rows.getString(i)));
                    }
                    found.add(row);
                }
            }
            return true;
        });
        return found;
    }

    private interface Work {
        boolean on(Statement statement) throws SQLException;
    }

    private static void run(Work work) {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            statement.execute("SET preserve_insertion_order = true");
            work.on(statement);
        } catch (SQLException e) {
            throw new FloeException(ErrorCode.DATA_UNREADABLE, "DuckDB can't read the flight records", e);
        }
    }
}
