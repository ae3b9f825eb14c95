package dev.floe.benchmarks;

import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.ColumnarRows;
import dev.floe.client.TableSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** The flight records of {@code data/} in the file's order, as plain arrays. */
final class FlightRows implements SampleRows {
    private final int count;
    private final long[] date;
    private final long[] delay;
    private final long[] distance;
    private final String[] origin;
    private final String[] destination;

    private FlightRows(int count) {
        this.count = count;
        date = new long[count];
        delay = new long[count];
        distance = new long[count];
        origin = new String[count];
        destination = new String[count];
    }

    /** Reads the Parquet file with DuckDB, which shares no code with Floe. */
    static FlightRows read(Path file) throws SQLException {
        String from = " FROM '" + file.toString().replace("'", "''") + "'";
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            int count;
            try (ResultSet counted = statement.executeQuery("SELECT count(*)" + from)) {
                counted.next();
                count = counted.getInt(1);
            }
            FlightRows rows = new FlightRows(count);
            try (ResultSet found =
                    statement.executeQuery("SELECT epoch_us(date), delay, distance, origin, destination" + from)) {
                for (int i = 0; found.next(); i++) {
                    rows.date[i] = found.getLong(1);
                    rows.delay[i] = found.getLong(2);
                    rows.distance[i] = found.getLong(3);
                    rows.origin[i] = found.getString(4);
                    rows.destination[i] = found.getString(5);
                }
            }
            return rows;
        }
    }

    @Override
    public TableSpec table(String name) {
        return TableSpec.append(
                name,
                List.of(
                        Column.required("date", Primitive.TIMESTAMP),
                        Column.required("delay", Primitive.LONG),
                        Column.required("distance", Primitive.LONG),
                        Column.required("origin", Primitive.STRING),
                        Column.required("destination", Primitive.STRING)));
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public ColumnarRows range(int from, int to) {
        return ColumnarRows.builder(to - from)
                .longs("date", Arrays.copyOfRange(date, from, to))
                .longs("delay", Arrays.copyOfRange(delay, from, to))
                .longs("distance", Arrays.copyOfRange(distance, from, to))
                .strings("origin", Arrays.copyOfRange(origin, from, to))
                .strings("destination", Arrays.copyOfRange(destination, from, to))
                .build();
    }

    @Override
    public Object[] values(int row) {
        return new Object[] {
            LocalDateTime.ofEpochSecond(
                    Math.floorDiv(date[row], 1_000_000L),
                    (int) Math.floorMod(date[row], 1_000_000L) * 1_000,
                    ZoneOffset.UTC),
            delay[row],
            distance[row],
            origin[row],
            destination[row]
        };
    }
}
