package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.cli.FloeCli;
import dev.floe.cli.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Files of other writers into tables, by the command, through a running standalone. */
class FileIngestIT {
    private static final Path FLIGHTS = Path.of("../data/flights-500k.parquet").toAbsolutePath();
    private static final int ARROW_ROWS = 5_000;

    @TempDir
    static Path temp = Path.of("");

    private static @Nullable StandaloneProcess floe;

    private record Run(int exitCode, String out, String err) {}

    @BeforeAll
    static void start() {
        floe = StandaloneProcess.start(temp.resolve("data"));
    }

    @AfterAll
    static void stop() {
        if (floe != null) {
            floe.close();
        }
    }

    @Test
    void aParquetFileIsInTheTableAsAnotherEngineReadsIt() throws SQLException {
        create(
                "flights",
                "mode: append",
                "date: timestamp, delay: long, distance: long, origin: string, destination: string");

        Run run = floe("", "ingest", FLIGHTS.toString(), "--table", "flights", "--batch-rows", "50000");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("500,000 rows read, 500,000 stored, 0 refused");
        System.out.print("ingest of Parquet: " + run.out());
        String sums = "SELECT COUNT(*), SUM(delay), SUM(distance), COUNT(DISTINCT origin), COUNT(DISTINCT date)";
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(rows(sums + " FROM flights")).isEqualTo(duckdb(sums + " FROM '" + FLIGHTS + "'")));
    }

    @Test
    void anArrowFileReplacesRowsOfItsKeys() throws IOException {
        create("readings", "mode: upsert\nkey: [id]", "id: long!, at: timestamp, note: string");
        Path file = arrow();

        assertThat(floe("", "ingest", file.toString(), "--table", "readings").exitCode())
                .isZero();
        Run again = floe("", "ingest", file.toString(), "--table", "readings", "--from-row", "4001");

        assertThat(again.out()).startsWith("1,000 rows read, 1,000 stored");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(rows("SELECT COUNT(*), SUM(id), COUNT(note), MIN(\"at\") FROM readings"))
                                .isEqualTo("5000,12497500,4000,1970-01-01T00:00:00"));
    }

    @Test
    void typesThatDoNotFitSendNothing() {
        create(
                "narrow",
                "mode: append",
                "date: date, delay: long, distance: long, origin: string, destination: string");

        Run parquet = floe("", "ingest", FLIGHTS.toString(), "--table", "narrow");

        assertThat(parquet.exitCode()).isEqualTo(1);
        assertThat(parquet.err())
                .contains("WRONG_TYPE", "TIMESTAMP(MICROS,false)", "does not go into date", "--columns");
        assertThat(rows("SELECT COUNT(*) FROM narrow")).isEqualTo("0");
    }

    /** Arrow's types are the server's to map: its answer ends the run once, not once a batch. */
    @Test
    void anArrowTypeThatDoesNotFitEndsTheRun() throws IOException {
        create("other", "mode: append", "id: string, at: timestamp, note: string");

        Run run = floe("", "ingest", arrow().toString(), "--table", "other", "--batch-rows", "100");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).containsOnlyOnce("WRONG_TYPE").contains("id");
        assertThat(rows("SELECT COUNT(*) FROM other")).isEqualTo("0");
    }

    /** {@code columns} as in {@code id: long!, note: string}; the mark means required. */
    private static void create(String table, String head, String columns) {
        StringBuilder yaml = new StringBuilder("table: " + table + "\n" + head + "\ncolumns:\n");
        for (String column : List.of(columns.split(", "))) {
            String type = column.replace(": ", ", type: ").replace("!", ", required: true");
            yaml.append("  - {name: ").append(type).append("}\n");
        }
        Run run = floe(yaml.toString(), "table", "create", "-");
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private static String rows(String sql) {
        Run run = floe("", "sql", "-e", sql, "--format", "csv");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().lines().skip(1).reduce("", String::concat);
    }

    private static String duckdb(String sql) throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            statement.execute("COPY (" + sql + ") TO '" + temp.resolve("sums.csv") + "'");
        }
        try {
            return Files.readAllLines(temp.resolve("sums.csv")).get(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path arrow() throws IOException {
        Path file = temp.resolve("readings.arrow");
        try (BufferAllocator allocator = new RootAllocator();
                BigIntVector id = new BigIntVector("id", allocator);
                TimeStampMilliVector at = new TimeStampMilliVector("at", allocator);
                VarCharVector note = new VarCharVector("note", allocator);
                FileOutputStream out = new FileOutputStream(file.toFile())) {
            VectorSchemaRoot root = new VectorSchemaRoot(List.of(id, at, note));
            for (int i = 0; i < ARROW_ROWS; i++) {
                id.setSafe(i, i);
                at.setSafe(i, i * 1_000L);
                if (i % 5 != 0) {
                    note.setSafe(i, ("note " + i).getBytes(StandardCharsets.UTF_8));
                }
            }
            id.setValueCount(ARROW_ROWS);
            at.setValueCount(ARROW_ROWS);
            note.setValueCount(ARROW_ROWS);
            root.setRowCount(ARROW_ROWS);
            try (ArrowFileWriter writer = new ArrowFileWriter(root, null, out.getChannel())) {
                writer.start();
                writer.writeBatch();
                writer.end();
            }
        }
        return file;
    }

    private static Run floe(String input, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings surroundings = new Surroundings(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Map.of("FLOE_DATA_FOLDER", temp.resolve("data").toString()),
                temp,
                false);
        CommandLine floe = FloeCli.commandLine(Map.of(), surroundings)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return new Run(floe.execute(arguments), out.toString(), err.toString());
    }
}
