package dev.floe.benchmarks;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.client.FloeClient;
import dev.floe.client.QueryRows;
import dev.floe.core.name.TenantName;
import dev.floe.core.settings.Secret;
import dev.floe.sql.CalciteQueryEngine;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.column.ColumnBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * Eight queries over one table of workload E, a tenth of whose stored rows is dead, and again after its compaction; and
 * four over flight records.
 *
 * <p>A server in a process of its own answers at latest over gRPC, through the Java client. Beside it, in this process,
 * plain DuckDB with as much memory and as many threads reads the same files and takes the dead rows for live, through
 * JDBC; Floe's engine computes row by row, without DuckDB, on the same snapshot; and so does Calcite as it comes, over
 * Iceberg's generic reader. All results are fetched to their
 * last value. Runs of the first two take turns; the figure is the median. The server verifies checksums of pages when
 * it first reads a column of a file, which is in the first run and in no figure.
 *
 * <p>Arguments: rows (10,000,000), runs (7), runs row by row (1).
 */
public final class Scans {
    private static final long MEMORY = 1L << 30;
    private static final double MILLI = 1e6;
    /** Three million records, of half a million. */
    private static final int FLIGHT_COPIES = 6;

    private static final List<String> TABLES = List.of("events", "countries", "flights");
    private static final Principal READER = new Principal(TenantName.DEFAULT, "scans", Set.of(Role.READER));
    private static final QueryLimits LIMITS = new QueryLimits(Long.MAX_VALUE, Duration.ofMinutes(5), 65_536);

    /** The same question in the engine's SQL and in DuckDB's. */
    private record Question(String name, String sql, String plain) {
        static Question alike(String name, String sql) {
            return new Question(name, sql, sql);
        }
    }

    private static final List<Question> QUESTIONS = List.of(
            Question.alike("count, filtered", "SELECT COUNT(*) FROM events WHERE amount > 5000 AND quantity < 50"),
            Question.alike(
                    "sums by country", "SELECT country, SUM(amount), AVG(quantity) FROM events GROUP BY country"),
            Question.alike(
                    "ten of all entities",
                    "SELECT entity_id, SUM(amount) AS total FROM events GROUP BY entity_id"
                            + " ORDER BY total DESC LIMIT 10"),
            Question.alike(
                    "distinct entities of five tenants",
                    "SELECT tenant, COUNT(DISTINCT entity_id) FROM events"
                            + " WHERE tenant IN ('tenant-1', 'tenant-2', 'tenant-3', 'tenant-4', 'tenant-5')"
                            + " GROUP BY tenant"),
            new Question(
                    "by day",
                    "SELECT FLOOR(ts TO DAY) AS d, COUNT(*), MAX(amount) FROM events GROUP BY FLOOR(ts TO DAY)",
                    "SELECT date_trunc('day', ts) AS d, COUNT(*), MAX(amount) FROM events GROUP BY 1"),
            Question.alike(
                    "range of six hours",
                    "SELECT COUNT(*), SUM(amount) FROM events WHERE ts >= TIMESTAMP '2026-01-01 03:00:00'"
                            + " AND ts < TIMESTAMP '2026-01-01 09:00:00'"),
            Question.alike("rows of eight columns", "SELECT * FROM events WHERE quantity = 50"),
            Question.alike(
                    "join of two tables",
                    "SELECT continent, SUM(amount) FROM events JOIN countries ON country = code GROUP BY continent"));

    private static final List<Question> OF_FLIGHTS = List.of(
            Question.alike("late and short", "SELECT COUNT(*) FROM flights WHERE delay > 120 AND distance < 500"),
            Question.alike("delays by origin", "SELECT origin, COUNT(*), AVG(delay) FROM flights GROUP BY origin"),
            Question.alike(
                    "ten of all routes",
                    "SELECT origin, destination, COUNT(*) AS n FROM flights GROUP BY origin, destination"
                            + " ORDER BY n DESC LIMIT 10"),
            Question.alike("rows of five columns", "SELECT * FROM flights WHERE delay > 300"));

    private final FloeClient floe;
    private final Catalog catalog;
    private final CalciteQueryEngine rowByRow;
    private final Statement plain;

    private Scans(FloeClient floe, Catalog catalog, CalciteQueryEngine rowByRow, Statement plain) {
        this.floe = floe;
        this.catalog = catalog;
        this.rowByRow = rowByRow;
        this.plain = plain;
    }

    public static void main(String[] args) throws Exception {
        Path home =
                Path.of(System.getProperty("floe.home", ".")).toAbsolutePath().normalize();
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        int runsRowByRow = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        Path data = Files.createTempDirectory("floe-benchmark-").resolve("floe");
        try (FloeProcess server = FloeProcess.start(home, data, "sql.scan-memory-max=1GB");
                FloeClient client = FloeClient.connect(server.target(), server.adminKey());
                Catalog catalog = catalog(data);
                CalciteQueryEngine rowByRow = new CalciteQueryEngine(catalog, (principal, table, batch) -> {});
                Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement plain = duckdb.createStatement()) {
            ScanTables tables = new ScanTables(client, data);
            tables.fill(rows);
            plain.execute("SET threads = " + Runtime.getRuntime().availableProcessors());
            plain.execute("SET memory_limit = '" + MEMORY + "B'");
            tables.flights(FlightRows.read(home.resolve("data/flights-500k.parquet")), FLIGHT_COPIES);
            Scans scans = new Scans(client, catalog, rowByRow, plain);
            scans.measure(tables, "events", "a tenth of the rows dead", QUESTIONS, runs, runsRowByRow);
            scans.measure(tables, "flights", "none of the rows dead", OF_FLIGHTS, runs, runsRowByRow);
            tables.compact();
            scans.measure(tables, "events", "compacted", QUESTIONS, runs, 0);
        }
    }

    private static Catalog catalog(Path data) {
        return SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + data.resolve("catalog.db"),
                "",
                new Secret(""),
                data.resolve("warehouse").toString()));
    }

    private void measure(
            ScanTables tables, String table, String state, List<Question> questions, int runs, int runsRowByRow)
            throws Exception {
        readPlain(tables);
        System.out.printf(
                Locale.ROOT,
                "%n%s: %d files, %s%n%-30s %12s %12s %8s %14s %8s %14s %8s%n",
                table,
                tables.files(table).size(),
                state,
                "milliseconds",
                "plain DuckDB",
                "Floe",
                "ratio",
                "row by row",
                "ratio",
                "generic reader",
                "ratio");
        double[] products = {1, 1, 1};
        try (GenericPeer generic = new GenericPeer(catalog, TABLES)) {
            for (Question question : questions) {
                double[] ratios = measure(question, generic, runs, runsRowByRow);
                for (int i = 0; i < ratios.length; i++) {
                    products[i] *= ratios[i];
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-30s %25s %7.2fx %14s %7.1fx %14s %7.1fx%n",
                "geometric mean",
                "",
                Math.pow(products[0], 1.0 / questions.size()),
                "",
                Math.pow(products[1], 1.0 / questions.size()),
                "",
                Math.pow(products[2], 1.0 / questions.size()));
    }

    /** The ratios of Floe to plain DuckDB, and of the two others to Floe. */
    private double[] measure(Question question, GenericPeer generic, int runs, int runsRowByRow) throws Exception {
        List<Double> ofPlain = new ArrayList<>();
        List<Double> ofFloe = new ArrayList<>();
        List<Double> ofRows = new ArrayList<>();
        List<Double> ofGeneric = new ArrayList<>();
        for (int run = -2; run < runs; run++) {
            double one = millis(() -> drain(plain, question.plain));
            double other = millis(() -> drain(floe, question.sql));
            if (run >= 0) {
                ofPlain.add(one);
                ofFloe.add(other);
            }
        }
        for (int run = 0; run < runsRowByRow; run++) {
            ofRows.add(millis(() -> drain(rowByRow, question.sql)));
            ofGeneric.add(millis(() -> generic.drain(question.sql)));
        }
        double[] ratios = {
            median(ofFloe) / median(ofPlain), median(ofRows) / median(ofFloe), median(ofGeneric) / median(ofFloe)
        };
        System.out.printf(
                Locale.ROOT,
                "%-30s %12.1f %12.1f %7.2fx %14.1f %7.1fx %14.1f %7.1fx%n",
                question.name,
                median(ofPlain),
                median(ofFloe),
                ratios[0],
                median(ofRows),
                ratios[1],
                median(ofGeneric),
                ratios[2]);
        return ratios;
    }

    private void readPlain(ScanTables tables) throws IOException, SQLException {
        for (String table : TABLES) {
            plain.execute("CREATE OR REPLACE VIEW " + table + " AS SELECT * FROM read_parquet("
                    + tables.files(table).stream().collect(Collectors.joining("', '", "['", "']"))
                    + ", hive_partitioning = false)");
        }
    }

    private static double millis(Callable<Long> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return (System.nanoTime() - start) / MILLI;
    }

    private static double median(List<Double> times) {
        List<Double> sorted = times.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }

    private static long drain(Statement plain, String sql) throws SQLException {
        long values = 0;
        try (ResultSet rows = plain.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int column = 1; column <= columns; column++) {
                    values += rows.getObject(column) == null ? 0 : 1;
                }
            }
        }
        return values;
    }

    private static long drain(FloeClient floe, String sql) {
        long values = 0;
        try (QueryRows rows = floe.query(sql)) {
            while (rows.hasNext()) {
                values += rows.next().values().length;
            }
        }
        return values;
    }

    private static long drain(CalciteQueryEngine engine, String sql) {
        PreparedQuery query = engine.prepare(READER, sql);
        ColumnBatch none = new ColumnBatch(1, List.of(), List.of(), new byte[1]);
        long rows = 0;
        try (QueryCursor cursor = engine.execute(READER, query, none, new ReadCut.Committed(), LIMITS)) {
            for (ColumnBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
                rows += batch.rowCount();
            }
        }
        return rows;
    }
}
