package dev.floe.standalone.demo;

import dev.floe.client.FloeClient;
import dev.floe.client.QueryRows;
import dev.floe.client.Row;
import dev.floe.client.TableInfo;
import dev.floe.client.TableState;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.folder.KeyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The demonstration: create, send, wait until visible, query, check. */
final class Demo {
    private static final Duration VISIBLE_MAX = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 100;
    private static final double MIB = 1024 * 1024;
    private static final double NANOS_A_SECOND = 1e9;
    private static final List<String> JDBC_QUERIES = List.of(
            "SELECT COUNT(*) AS flights, MIN(date) AS \"first\", MAX(date) AS \"last\" FROM flights",
            "SELECT origin, COUNT(*) AS flights, AVG(delay) AS mean_delay FROM flights"
                    + " GROUP BY origin ORDER BY flights DESC LIMIT 5",
            "SELECT r.origin, r.destination, r.date AS latest, COUNT(*) AS flights FROM routes r"
                    + " JOIN flights f ON f.origin = r.origin AND f.destination = r.destination"
                    + " WHERE r.origin = 'SEA' GROUP BY r.origin, r.destination, r.date ORDER BY flights DESC LIMIT 5");
    private static final List<String> GRPC_QUERIES = List.of(
            "SELECT origin, destination, date, delay FROM routes WHERE origin = 'SEA' AND destination = 'SFO'",
            "SELECT COUNT(*) AS late, MAX(delay) AS worst FROM flights WHERE delay > 120");

    private final Path home;
    private final FlightRecords records;
    private final DemoServer server;
    private final PrintWriter out;

    Demo(Path home, FlightRecords records, DemoServer server, PrintWriter out) {
        this.home = home;
        this.records = records;
        this.server = server;
        this.out = out;
    }

    /** True where every check holds. */
    boolean run() {
        say("Serving: " + server.started());
        String key = KeyFile.read(server.adminKeyFile()).value();
        try (FloeClient client = FloeClient.connect(server.grpc(), key);
                JdbcQueries jdbc = JdbcQueries.open(server.jdbc(), key)) {
            client.catalog().createTable("", DemoTables.FLIGHTS, false);
            client.catalog().createTable("", DemoTables.ROUTES, false);
            say("Tables: flights (append), routes (upsert by origin and destination: the latest flight of each)");
            long count = records.count();
            long began = System.nanoTime();
            send(client, count);
            double acked = seconds(began);
            RoutesCheck routes = awaitVisible(client, jdbc, count);
            double visible = seconds(began);
            say(String.format(
                    Locale.ROOT,
                    "Acked: %,d rows in %.1f s (%,.0f rows/s). All visible %.1f s after the first was sent.",
                    2 * count,
                    acked,
                    2 * count / acked,
                    visible));
            describe(client, "flights");
            describe(client, "routes");
            query(client, jdbc);
            return check(client, count, routes);
        }
    }

    private void send(FloeClient client, long count) {
        Optional<PythonSender> python = PythonSender.find(home);
        if (python.isEmpty()) {
            say("Python's gRPC (Debian: python3-grpcio, python3-protobuf, protobuf-compiler) is missing:"
                    + " sending with the Java client.");
            JavaSender.send(records, client);
            return;
        }
        say(String.format(
                Locale.ROOT, "Sending %,d real flight records in date order, to both tables, from Python", count));
        Path csv = temporaryCsv();
        try {
            records.exportCsv(csv);
            python.get().send(csv, server.grpc(), server.adminKeyFile(), out);
        } finally {
            delete(csv);
        }
    }

    /** Waits until everything acked is in the tables; what is not then, the checks will tell. */
    private RoutesCheck awaitVisible(FloeClient client, JdbcQueries jdbc, long count) {
        List<List<String>> expected = records.latestOfEachRoute();
        long deadline = System.nanoTime() + VISIBLE_MAX.toNanos();
        while (true) {
            boolean all = count(client) == count;
            RoutesCheck routes = RoutesCheck.compare(expected, jdbc.select("""
                    SELECT origin, destination, CAST(date AS VARCHAR), delay, distance FROM routes""").rows());
            if ((all && routes.holds()) || System.nanoTime() > deadline) {
                return routes;
            }
            pause();
        }
    }

    private static long count(FloeClient client) {
        try (QueryRows rows = client.query("SELECT COUNT(*) FROM flights")) {
            return (Long) Objects.requireNonNull(rows.next().value(0), "a count is never null");
        }
    }

    private void describe(FloeClient client, String table) {
        TableInfo info = client.catalog().describeTable("", table);
        TableState state = info.state().orElseThrow();
        say(String.format(
                Locale.ROOT,
                "Table %-8s %,d rows in %d files, %.1f MiB; %d deletion vectors; snapshot %d",
                table,
                state.rowCount(),
                state.dataFiles(),
                state.dataBytes() / MIB,
                state.deleteVectors(),
                state.snapshotId()));
    }

    private void query(FloeClient client, JdbcQueries jdbc) {
        for (String sql : JDBC_QUERIES) {
            jdbc.select(sql);
            JdbcQueries.Result result = jdbc.select(sql);
            say("");
            say(String.format(Locale.ROOT, "JDBC, %.0f ms: %s", result.millis(), sql));
            table(result.columns(), result.rows());
        }
        for (String sql : GRPC_QUERIES) {
            client.query(sql).close();
            long began = System.nanoTime();
            try (QueryRows rows = client.query(sql)) {
                List<List<String>> texts = new ArrayList<>();
                for (Row row : rows.all()) {
                    texts.add(Arrays.stream(row.values()).map(String::valueOf).toList());
                }
                double millis = seconds(began) * 1_000;
                say("");
                say(String.format(Locale.ROOT, "gRPC, %.0f ms: %s", millis, sql));
                table(rows.columns().stream().map(column -> column.name()).toList(), texts);
            }
        }
    }

    private boolean check(FloeClient client, long expected, RoutesCheck routes) {
        long found = count(client);
        say("");
        say(String.format(Locale.ROOT, "Check: flights has %,d rows, sent were %,d", found, expected));
        say(String.format(
                Locale.ROOT,
                "Check: routes has %,d rows, DuckDB computes %,d from the file; differing rows = %d",
                routes.foundRows(),
                routes.expectedRows(),
                routes.differingRows()));
        if (!routes.holds()) {
            say("  first difference: " + routes.firstDifference());
        }
        boolean holds = found == expected && routes.holds();
        say(holds ? "All checks hold." : "A CHECK FAILED.");
        return holds;
    }

    private void table(List<String> columns, List<List<String>> rows) {
        int[] widths = columns.stream().mapToInt(String::length).toArray();
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        line(columns, widths);
        rows.forEach(row -> line(row, widths));
    }

    private void line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder("  ");
        for (int i = 0; i < widths.length; i++) {
            line.append(String.format(Locale.ROOT, "%-" + Math.max(1, widths[i]) + "s  ", cells.get(i)));
        }
        say(line.toString().stripTrailing());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / NANOS_A_SECOND;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "interrupted while waiting", e);
        }
    }

    private static Path temporaryCsv() {
        try {
            return Files.createTempFile("floe-flights-", ".csv");
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't make a temporary file", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // a temporary file: the system clears it away
        }
    }
}
