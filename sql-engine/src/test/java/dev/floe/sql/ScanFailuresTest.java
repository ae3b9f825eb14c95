package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.storage.column.RowOperation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scans over files that are damaged or gone, at their deadline, and with less memory than they want. */
class ScanFailuresTest {
    private static final int ROWS = 1_000;
    private static final int SCANS = 10;
    private static final String LARGE = "SELECT COUNT(*) FROM (SELECT DISTINCT a.id, b.id, a.s || b.s FROM t a, t b)";

    @TempDir
    Path folder;

    private EngineFixture fixture;
    private TableDefinition table;
    private DataFile file;

    @BeforeEach
    void open() throws IOException {
        fixture = new EngineFixture(folder);
        table = fixture.create(
                "default",
                "t",
                List.of(),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "s", Types.StringType.get()));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (long id = 0; id < ROWS; id++) {
            rows.add(List.of(id, "a text that is not short, of row " + id));
        }
        fixture.write(table, RowOperation.APPEND, rows);
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        try (CloseableIterable<FileScanTask> files =
                iceberg.newScan().includeColumnStats().planFiles()) {
            file = files.iterator().next().file();
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Path path(DataFile file) {
        return Path.of(file.location().replaceFirst("^file:", ""));
    }

    private CalciteQueryEngine engine(long memory, long temp) {
        return new CalciteQueryEngine(
                fixture.catalog,
                (principal, changed, rows) -> {},
                new ScanSettings(folder.resolve("it's small"), memory, 2, temp));
    }

    @Test
    void aDamagedPageIsAnErrorThatNamesTheFile() throws IOException {
        damage();
        assertUnreadable(fixture.engine, "SELECT SUM(id) FROM t");
        assertUnreadable(fixture.reference, "SELECT SUM(id) FROM t");
        assertThat(fixture.select("SELECT COUNT(s) FROM t")).isEqualTo(List.of(List.of((long) ROWS)));
    }

    @Test
    void aPageThatIsDamagedAfterItWasReadIsAnErrorToo() throws IOException {
        assertThat(fixture.select("SELECT COUNT(id) FROM t")).isEqualTo(List.of(List.of((long) ROWS)));
        damage();
        assertUnreadable(fixture.engine, "SELECT SUM(id) FROM t");
        assertUnreadable(fixture.engine, "SELECT SUM(id + 1) FROM t");
    }

    private void damage() throws IOException {
        // the chunk of the first column comes first, and ends with bytes of a page
        long place = 4 + Objects.requireNonNull(file.columnSizes().get(1)) - 2;
        try (RandomAccessFile bytes = new RandomAccessFile(path(file).toFile(), "rw")) {
            bytes.seek(place);
            int before = bytes.read();
            bytes.seek(place);
            bytes.write(before ^ 4);
        }
    }

    private void assertUnreadable(CalciteQueryEngine engine, String sql) {
        assertThatThrownBy(() -> EngineFixture.select(engine, EngineFixture.READER, sql))
                .hasMessageContaining(path(file).getFileName().toString())
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_UNREADABLE));
    }

    @Test
    void aFileThatIsGoneIsAnErrorThatNamesIt() throws IOException {
        Files.delete(path(file));
        assertUnreadable(fixture.engine, "SELECT SUM(id) FROM t");
        assertUnreadable(fixture.reference, "SELECT SUM(id) FROM t");
        assertUnreadable(fixture.engine, "EXPLAIN PLAN FOR SELECT SUM(id) FROM t WHERE id > 5");
    }

    @Test
    void nothingOfDuckDbCanBeNamed() {
        List<String> statements = List.of(
                "SELECT * FROM TABLE(read_text('/etc/passwd'))",
                "SELECT * FROM read_parquet('/etc/passwd')",
                "SELECT * FROM \"/etc/passwd\"",
                "SELECT id FROM t WHERE s = getenv('HOME') OR s IN (SELECT content FROM read_text('/etc/passwd'))",
                "COPY t TO '/tmp/t'",
                "SELECT id FROM s0");
        assertThat(statements)
                .allSatisfy(sql -> assertThatThrownBy(() -> fixture.select(sql))
                        .isInstanceOfSatisfying(
                                FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SQL)));
    }

    @Test
    void aScanEndsAtItsDeadline() {
        PreparedQuery query = fixture.engine.prepare(
                EngineFixture.READER, "SELECT COUNT(*) FROM t a, t b, t c WHERE a.s || b.s < c.s || a.s");
        QueryLimits limits = new QueryLimits(10, Duration.ofMillis(300), 10);
        try (QueryCursor cursor = fixture.engine.execute(
                EngineFixture.READER, query, EngineFixture.row(List.of()), new ReadCut.Committed(), limits)) {
            assertThatThrownBy(cursor::next)
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
        }
    }

    @Test
    void scansWithTooLittleMemoryFinishOrAreRefused() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(SCANS);
        try (CalciteQueryEngine small = engine(64 << 20, 16 << 20)) {
            List<Future<String>> scans = new ArrayList<>();
            for (int i = 0; i < SCANS; i++) {
                scans.add(clients.submit(() -> answer(small)));
            }
            List<String> answers = new ArrayList<>();
            for (Future<String> scan : scans) {
                answers.add(scan.get());
            }
            assertThat(answers)
                    .allMatch(answer -> answer.equals("[[" + ROWS * ROWS + "]]")
                            || answer.equals(ErrorCode.QUERY_MEMORY_EXCEEDED.name()))
                    .contains(ErrorCode.QUERY_MEMORY_EXCEEDED.name());
            assertThat(EngineFixture.select(small, EngineFixture.READER, "SELECT MAX(id) FROM t"))
                    .isEqualTo(List.of(List.of(ROWS - 1L)));
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void aScanThatIsTooLargeForMemoryGoesToDisk() {
        try (CalciteQueryEngine small = engine(64 << 20, 1L << 30)) {
            assertThat(answer(small)).isEqualTo("[[" + ROWS * ROWS + "]]");
        }
    }

    private static String answer(CalciteQueryEngine engine) {
        try {
            return EngineFixture.select(engine, EngineFixture.READER, LARGE).toString();
        } catch (FloeException e) {
            return e.code().name();
        }
    }
}
