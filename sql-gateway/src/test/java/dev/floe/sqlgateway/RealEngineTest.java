package dev.floe.sqlgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.auth.http.HttpAuthenticator;
import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.name.TableName;
import dev.floe.core.settings.Secret;
import dev.floe.sql.CalciteQueryEngine;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JDBC over Calcite and Iceberg tables. */
class RealEngineTest {
    private static final int ROWS = 2_500;
    private static final LocalDateTime START = LocalDateTime.parse("2024-02-29T12:34:56.789012");

    private final Catalog catalog;
    private final CalciteQueryEngine engine;
    private final List<ColumnBatch> stored = new ArrayList<>();
    private final SqlGateway gateway;

    RealEngineTest(@TempDir Path folder) {
        catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString()));
        engine = new CalciteQueryEngine(
                catalog,
                (principal, table, rows) -> stored.add(rows),
                new ScanSettings(folder.resolve("sql"), 256 << 20, 2, 1L << 30));
        gateway = new SqlGateway(
                engine,
                catalog.tables(),
                new HttpAuthenticator(TestServer.authenticator()),
                TestServer.SETTINGS,
                TestServer.JDBC);
    }

    @BeforeEach
    void start() {
        gateway.start();
        TableDefinition routes = catalog.tables()
                .create(new TableDeclaration(
                        TableName.of("default", "routes"),
                        TableMode.UPSERT,
                        List.of(
                                Types.NestedField.required(1, "origin", Types.StringType.get()),
                                Types.NestedField.required(2, "number", Types.LongType.get()),
                                Types.NestedField.optional(3, "delay", Types.IntegerType.get()),
                                Types.NestedField.optional(4, "at", Types.TimestampType.withoutZone())),
                        List.of("origin", "number"),
                        4,
                        List.of(),
                        BadRowPolicy.REJECT,
                        Map.of()));
        write(routes);
    }

    @AfterEach
    void close() {
        gateway.close();
        engine.close();
        catalog.close();
    }

    private void write(TableDefinition table) {
        List<Vector> columns = List.of(
                VectorBuilder.of(
                        Types.StringType.get(),
                        IntStream.range(0, ROWS).mapToObj(i -> "A" + i % 5).toList()),
                VectorBuilder.of(
                        Types.LongType.get(),
                        IntStream.range(0, ROWS).mapToObj(i -> (long) i).toList()),
                VectorBuilder.of(
                        Types.IntegerType.get(),
                        IntStream.range(0, ROWS).mapToObj(i -> i % 60).toList()),
                VectorBuilder.of(
                        Types.TimestampType.withoutZone(),
                        IntStream.range(0, ROWS).mapToObj(START::plusSeconds).toList()));
        byte[] operations = new byte[ROWS];
        Arrays.fill(operations, RowOperation.UPSERT);
        List<Integer> ids = table.schema().columns().stream()
                .map(Types.NestedField::fieldId)
                .toList();
        ColumnBatch batch = new ColumnBatch(ROWS, ids, columns, operations);
        int[] buckets = BucketFunction.of(table.schema(), table.keyFieldIds(), table.buckets())
                .bucketsOf(batch);
        Table iceberg = catalog.tables().iceberg(table.name());
        long epoch = catalog.nextEpoch();
        List<BucketChanges> changes = new ArrayList<>();
        BucketSplit.split(batch, buckets, table.buckets()).forEach((bucket, part) -> {
            try (BucketWriter writer =
                    BucketWriter.open(iceberg, table.layout(), bucket, epoch, WriterSettings.defaults())) {
                writer.write(0, table.schema(), part);
                writer.flush(1).ifPresent(changes::add);
            }
        });
        TableCommitter.commit(iceberg, table.layout(), changes, new CommitId(catalog.sinkId(), epoch, 1));
    }

    private Connection connect(String key) throws SQLException {
        return DriverManager.getConnection("jdbc:floe://127.0.0.1:" + gateway.jdbcPort(), "any", key);
    }

    @Test
    void readsEveryRowOfATable() throws SQLException {
        try (Connection connection = connect("reader");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM routes")) {
            int count = 0;
            while (rows.next()) {
                count++;
            }
            assertThat(count).isEqualTo(ROWS);
        }
    }

    @Test
    void joinsAndAggregates() throws SQLException {
        try (Connection connection = connect("reader");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT a.origin, COUNT(*) AS n, MAX(b.delay) AS worst"
                        + " FROM routes a JOIN routes b ON a.number = b.number GROUP BY a.origin ORDER BY 1")) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1) + " " + rows.getLong("n"));
            }
            assertThat(found).containsExactly("A0 500", "A1 500", "A2 500", "A3 500", "A4 500");
        }
    }

    @Test
    void preparedStatementsKeepMicroseconds() throws SQLException {
        try (Connection connection = connect("reader");
                PreparedStatement find =
                        connection.prepareStatement("SELECT \"at\" FROM routes WHERE origin = ? AND number = ?")) {
            find.setString(1, "A3");
            find.setLong(2, 3);
            try (ResultSet row = find.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("2024-02-29 12:34:59.789012");
            }
            find.setString(1, "A4");
            try (ResultSet row = find.executeQuery()) {
                assertThat(row.next()).isFalse();
            }
        }
    }

    @Test
    void readsThePastByParameter() throws SQLException {
        try (Connection connection = connect("reader");
                PreparedStatement count =
                        connection.prepareStatement("SELECT COUNT(*) FROM routes FOR SYSTEM_TIME AS OF ?")) {
            count.setString(1, "2001-01-01 00:00:00");
            try (ResultSet row = count.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getLong(1)).isZero();
            }
            count.setString(
                    1,
                    LocalDateTime.now(ZoneOffset.UTC)
                            .truncatedTo(ChronoUnit.MILLIS)
                            .toString());
            try (ResultSet row = count.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getLong(1)).isEqualTo(ROWS);
            }
        }
    }

    @Test
    void definesTablesThatTheSameConnectionSees() throws SQLException {
        try (Connection connection = connect("admin");
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR, INDEX by_b (b))"))
                    .isFalse();
            assertThat(statement.getUpdateCount()).isZero();
            assertThat(statement.executeUpdate("ALTER TABLE t ADD COLUMN c DATE"))
                    .isZero();
            try (ResultSet rows = statement.executeQuery("SELECT a, b, c FROM t")) {
                assertThat(rows.next()).isFalse();
            }
            try (ResultSet indexes = connection.getMetaData().getIndexInfo(null, null, "t", false, true)) {
                assertThat(indexes.next()).isTrue();
                assertThat(indexes.next()).isTrue();
                assertThat(indexes.getString("INDEX_NAME")).isEqualTo("by_b");
            }
            try (PreparedStatement drop = connection.prepareStatement("DROP TABLE t")) {
                assertThat(drop.executeUpdate()).isZero();
            }
            assertThatThrownBy(() -> statement.executeQuery("SELECT a FROM t")).hasMessageContaining("not found");
        }
        try (Connection connection = connect("editor");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("CREATE TABLE t (a INT)"))
                    .hasMessageContaining("ADMIN");
        }
    }

    @Test
    void changesRowsByStatements() throws SQLException {
        try (Connection connection = connect("editor");
                Statement statement = connection.createStatement()) {
            assertThat(connection.isReadOnly()).isFalse();
            assertThat(statement.executeUpdate("INSERT INTO routes VALUES ('X', 1, 5, NULL), ('Y', 2, 6, NULL)"))
                    .isEqualTo(2);
            assertThat(statement.executeUpdate("UPDATE routes SET delay = delay + 1 WHERE origin = 'A0'"))
                    .isEqualTo(500);
            assertThat(statement.execute("DELETE FROM routes WHERE number < 10"))
                    .isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(10);
        }
        assertThat(stored.stream().mapToInt(ColumnBatch::rowCount).sum()).isEqualTo(512);
    }

    @Test
    void changesRowsByPreparedStatementsAndBatches() throws SQLException {
        try (Connection connection = connect("editor");
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO routes (origin, number, delay) VALUES (?, ?, ?)")) {
            for (int i = 0; i < 3; i++) {
                insert.setString(1, "B");
                insert.setLong(2, i);
                insert.setInt(3, i * 10);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
            insert.setString(1, "C");
            insert.setLong(2, 7);
            insert.setNull(3, java.sql.Types.INTEGER);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
        assertThat(stored).hasSize(4);
        assertThat(stored.get(2).column(2)).isInstanceOf(LongVector.class);
        assertThat(((LongVector) stored.get(2).columns().get(1)).value(0)).isEqualTo(2);
        assertThat(stored.get(3).columns().get(2).isNull(0)).isTrue();
    }

    @Test
    void takesTextBatchesAndSaysWhichStatementFailed() throws SQLException {
        try (Connection connection = connect("editor");
                Statement statement = connection.createStatement()) {
            statement.addBatch("DELETE FROM routes WHERE number = 1");
            statement.addBatch("DELETE FROM routes WHERE number = 2");
            assertThat(statement.executeBatch()).containsExactly(1, 1);
            statement.addBatch("DELETE FROM routes WHERE number = 3");
            statement.addBatch("SELECT * FROM routes");
            // the driver passes errors of batches on as they are
            Throwable refused = catchThrowable(statement::executeBatch);
            assertThat(refused.getMessage()).contains("statement 2 of 2");
        }
        assertThat(stored).hasSize(3);
    }

    @Test
    void aReaderChangesNothing() throws SQLException {
        try (Connection connection = connect("reader");
                Statement statement = connection.createStatement()) {
            assertThat(connection.isReadOnly()).isTrue();
            SQLException refused =
                    catchThrowableOfType(SQLException.class, () -> statement.executeUpdate("DELETE FROM routes"));
            assertThat(refused.getMessage()).contains("WRITER");
        }
        assertThat(stored).isEmpty();
    }

    @Test
    void takesNamesAsMetadataTellsThem() throws SQLException {
        try (Connection connection = connect("reader");
                Statement statement = connection.createStatement();
                ResultSet tables = connection.getMetaData().getTables(null, null, null, null)) {
            assertThat(tables.next()).isTrue();
            String name = "\"" + tables.getString("TABLE_SCHEM") + "\".\"" + tables.getString("TABLE_NAME") + "\"";
            assertThat(statement.executeQuery("SELECT \"delay\" FROM " + name).next())
                    .isTrue();
        }
    }

    @Test
    void aTenantSeesItsOwnTablesOnly() throws SQLException {
        try (Connection connection = connect("other");
                Statement statement = connection.createStatement()) {
            SQLException refused =
                    catchThrowableOfType(SQLException.class, () -> statement.executeQuery("SELECT * FROM routes"));
            assertThat(refused.getSQLState()).startsWith("42");
            assertThat(connection
                            .getMetaData()
                            .getTables(null, null, null, null)
                            .next())
                    .isFalse();
        }
    }

    @Test
    void saysWhereSqlIsWrong() throws SQLException {
        try (Connection connection = connect("reader");
                Statement statement = connection.createStatement()) {
            SQLException refused = catchThrowableOfType(
                    SQLException.class, () -> statement.executeQuery("SELECT * FROM routes WHERE nothing = 1"));
            assertThat(refused.getMessage()).contains("line 1").contains("nothing");
        }
    }

    @Test
    void endsAQueryWhoseStatementIsClosed() throws SQLException {
        try (Connection connection = connect("reader")) {
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT a.number FROM routes a, routes b");
            assertThat(rows.next()).isTrue();
            statement.close();
            assertThat(gateway.openQueries()).isZero();
        }
    }
}
