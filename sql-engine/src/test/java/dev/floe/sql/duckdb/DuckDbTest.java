package dev.floe.sql.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.LongVector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What DuckDB can't reach, and how its queries end. */
class DuckDbTest {
    @TempDir
    Path folder;

    private DuckDb database;

    @BeforeEach
    void open() {
        database = new DuckDb(new ScanSettings(folder.resolve("sql"), 64 << 20, 2, 1 << 20));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private DuckRows query(String sql, Duration time) {
        return database.query(
                sql, List.of(), new DuckRows.Shape(List.of(Types.LongType.get()), 1_000, () -> time, () -> {}));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM read_parquet('secret.parquet')",
                "SELECT * FROM glob('/etc/*')",
                "COPY (SELECT 1) TO '/tmp/out.csv'",
                "ATTACH '/tmp/other.db'",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET enable_external_access = true",
                "SET memory_limit = '100GB'"
            })
    void nothingOutsideIsReached(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(sql)).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aFolderThatIsAPatternIsRefused() {
        try (DuckDb other = new DuckDb(new ScanSettings(folder.resolve("a [1]"), 64 << 20, 2, 1 << 20))) {
            assertThatThrownBy(other::warmUp)
                    .hasMessageContaining("a [1]")
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_UNUSABLE));
        }
    }

    @Test
    void rowsComeInBatches() {
        try (DuckRows rows = query("SELECT i AS c0 FROM range(5000) t(i)", Duration.ofSeconds(30))) {
            long sum = 0;
            for (ColumnBatch batch = rows.next(1_000); batch != null; batch = rows.next(1_000)) {
                LongVector values = (LongVector) batch.columns().get(0);
                for (int row = 0; row < batch.rowCount(); row++) {
                    sum += values.value(row);
                }
            }
            assertThat(sum).isEqualTo(4_999L * 5_000 / 2);
        }
    }

    @Test
    void moreThanTheMemoryIsAnErrorOfItsOwn() {
        try (DuckRows rows = query(
                "SELECT count(*) AS c0 FROM"
                        + " (SELECT DISTINCT i, i * 7 AS j, i::VARCHAR || 'x' FROM range(20000000) t(i))",
                Duration.ofSeconds(60))) {
            assertThatThrownBy(() -> rows.next(1))
                    .isInstanceOfSatisfying(
                            FloeException.class,
                            e -> assertThat(e.code())
                                    .as(e + ", " + e.getCause())
                                    .isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED));
        }
    }

    @Test
    void aQueryEndsAtItsDeadlineAndWhenCancelled() {
        String endless = "SELECT sum(a.i + b.i) AS c0 FROM range(10000000) a(i), range(10000000) b(i)";
        try (DuckRows rows = query(endless, Duration.ofMillis(100))) {
            assertThatThrownBy(() -> rows.next(1)).isInstanceOf(FloeException.class);
        }
        try (DuckRows rows = query(endless, Duration.ofSeconds(60))) {
            CompletableFuture<ColumnBatch> running = CompletableFuture.supplyAsync(() -> rows.next(1));
            rows.cancel();
            assertThatThrownBy(running::join).hasCauseInstanceOf(FloeException.class);
        }
    }

    @Test
    void aNameOfAFileStaysWhileItIsUsed() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "rows");
        LinkedFiles files = new LinkedFiles(Files.createDirectory(folder.resolve("links")));
        Path name = files.acquire(List.of(file.toString())).get(0).path();
        Files.delete(file);
        assertThat(Files.readString(name)).isEqualTo("rows");
        files.forgetDeleted();
        assertThat(name).exists();
        files.release(List.of(file.toString()));
        files.forgetDeleted();
        assertThat(name).doesNotExist();
        assertThatThrownBy(() -> files.acquire(List.of(folder.resolve("none").toString())))
                .hasMessageContaining("none");
    }
}
