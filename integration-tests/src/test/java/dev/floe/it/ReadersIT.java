package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.KeyLookup;
import dev.floe.client.Operation;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import dev.floe.client.Role;
import dev.floe.client.Row;
import dev.floe.client.TableSpec;
import dev.floe.client.Token;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sqlline.SqlLine;

/** What readers that Floe did not write see of a running standalone: sqlline, Iceberg's own reader, another tenant. */
class ReadersIT {
    private static final int ROUNDS = 8;
    private static final int KEYS = 500;

    @TempDir
    static Path temp = Path.of("");

    private static final Map<String, Long> ROUTES = new HashMap<>();
    private static @Nullable StandaloneProcess started;
    private static @Nullable Token last;

    @BeforeAll
    static void write() {
        started = StandaloneProcess.start(temp.resolve("data"));
        SplittableRandom random = new SplittableRandom(3);
        try (FloeClient client = floe().client()) {
            List<Column> columns = List.of(
                    Column.required("origin", Primitive.STRING),
                    Column.required("number", Primitive.LONG),
                    Column.optional("delay", Primitive.LONG));
            client.catalog().createTable("", TableSpec.upsert("routes", columns, List.of("origin", "number")), false);
            client.catalog()
                    .createTable(
                            "",
                            TableSpec.append("airports", List.of(Column.required("code", Primitive.STRING))),
                            false);
            client.write(
                    "airports", Batch.of(List.of("code"), List.<Object[]>of(new Object[] {"A0"})), Operation.APPEND);
            for (int round = 0; round < ROUNDS; round++) {
                last = round % 4 == 3 ? delete(client, random) : upsert(client, random);
            }
            read(client, "SELECT COUNT(*) FROM routes");
        }
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    private static StandaloneProcess floe() {
        return Objects.requireNonNull(started);
    }

    private static Token upsert(FloeClient client, SplittableRandom random) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            long number = random.nextInt(KEYS);
            String origin = "A" + number % 5;
            long delay = random.nextInt(1_000);
            rows.add(new Object[] {origin, number, delay});
            ROUTES.put(origin + number, delay);
        }
        Ack ack = client.write("routes", Batch.of(List.of("origin", "number", "delay"), rows), Operation.UPSERT);
        // each round a snapshot of its own
        try (QueryRows seen =
                client.query(Query.of("SELECT 1 FROM routes LIMIT 1").at(new ReadAt.Containing(ack.token())))) {
            assertThat(seen.all()).hasSize(1);
        }
        return ack.token();
    }

    private static Token delete(FloeClient client, SplittableRandom random) {
        List<@Nullable Object[]> keys = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            long number = random.nextInt(KEYS);
            keys.add(new Object[] {"A" + number % 5, number});
            ROUTES.remove("A" + number % 5 + number);
        }
        return client.write("routes", Batch.of(List.of("origin", "number"), keys), Operation.DELETE)
                .token();
    }

    private static List<Row> read(FloeClient client, String sql) {
        try (QueryRows rows = client.query(Query.of(sql).at(new ReadAt.Containing(Objects.requireNonNull(last))))) {
            return rows.all();
        }
    }

    /** P4 and P8: another reader, no equality deletes, one row a key and the offsets in every snapshot. */
    @Test
    void icebergsOwnReaderSeesTheSame() throws IOException {
        Path data = temp.resolve("data");
        try (JdbcCatalog catalog = new JdbcCatalog()) {
            catalog.initialize(
                    "floe",
                    Map.of(
                            "uri",
                            "jdbc:sqlite:" + data.resolve("catalog.db"),
                            "warehouse",
                            data.resolve("warehouse").toString(),
                            "io-impl",
                            "org.apache.iceberg.hadoop.HadoopFileIO"));
            Table table = catalog.loadTable(TableIdentifier.of("default", "routes"));
            int snapshots = 0;
            for (Snapshot snapshot : table.snapshots()) {
                Map<String, Long> rows = rowsAt(table, snapshot);
                snapshots++;
                assertThat(snapshot.summary()).containsKey("floe.offsets");
                assertThat(snapshot.summary().getOrDefault("total-equality-deletes", "0"))
                        .isEqualTo("0");
                if (snapshot.snapshotId() == table.currentSnapshot().snapshotId()) {
                    assertThat(rows).isEqualTo(ROUTES);
                }
            }
            assertThat(snapshots).isGreaterThan(ROUNDS / 2);
        }
    }

    private static Map<String, Long> rowsAt(Table table, Snapshot snapshot) throws IOException {
        Map<String, Long> rows = new HashMap<>();
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(table).useSnapshot(snapshot.snapshotId()).build()) {
            for (Record record : records) {
                String key = "" + record.getField("origin") + record.getField("number");
                assertThat(rows.put(key, (Long) record.getField("delay")))
                        .as("a second row of %s", key)
                        .isNull();
            }
        }
        return rows;
    }

    @Test
    void sqlAndLookupsSeeTheSame() {
        try (FloeClient client = floe().client()) {
            Map<String, Long> selected = new HashMap<>();
            for (Row row : read(client, "SELECT origin, number, delay FROM routes")) {
                selected.put("" + row.value(0) + row.value(1), (Long) row.value(2));
            }
            assertThat(selected).isEqualTo(ROUTES);
            List<Object[]> keys = new ArrayList<>();
            for (long number = 0; number < KEYS; number++) {
                keys.add(new Object[] {"A" + number % 5, number});
            }
            List<Optional<Row>> found = client.get(KeyLookup.of("routes", List.of("origin", "number"), keys));
            for (int i = 0; i < KEYS; i++) {
                assertThat(found.get(i).map(row -> (Long) row.value("delay")).orElse(null))
                        .isEqualTo(ROUTES.get("A" + i % 5 + i));
            }
        }
    }

    @Test
    void sqllineConnectsDescribesAndQueries() throws IOException {
        String shown = sqlline(
                floe().adminKey(),
                "!tables",
                "!columns routes",
                "!primarykeys routes",
                "SELECT a.code, COUNT(*) AS n FROM routes r JOIN airports a ON r.origin = a.code GROUP BY a.code;");
        System.out.println(shown);
        long expected =
                ROUTES.keySet().stream().filter(key -> key.startsWith("A0")).count();
        assertThat(shown).contains("routes", "airports", "delay", "PK_NAME");
        assertThat(shown.substring(shown.indexOf("PK_NAME"))).contains("origin", "number");
        assertThat(shown).containsPattern("A0\\s*\\|\\s*" + expected);
        assertThat(sqlline("wrong-key", "!tables")).contains("401").doesNotContain("airports");
    }

    @Test
    void arrowsDriverListsQueriesBindsAndUpdates() throws SQLException {
        try (Connection connection = flight(floe().adminKey())) {
            DatabaseMetaData database = connection.getMetaData();
            assertThat(column(database.getCatalogs(), "TABLE_CAT")).containsExactly("floe");
            assertThat(column(database.getTables("floe", "default", "%", null), "TABLE_NAME"))
                    .containsExactlyInAnyOrder("airports", "routes");
            assertThat(column(database.getColumns("floe", "default", "routes", "%"), "COLUMN_NAME"))
                    .containsExactly("origin", "number", "delay");
            assertThat(column(database.getPrimaryKeys("floe", "default", "routes"), "COLUMN_NAME"))
                    .containsExactly("origin", "number");
            assertThat(database.getDatabaseProductName()).isEqualTo("Floe");
            String key = ROUTES.keySet().iterator().next();
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT delay FROM floe.\"default\".routes WHERE origin = ? AND number = ?")) {
                query.setString(1, key.substring(0, 2));
                query.setLong(2, Long.parseLong(key.substring(2)));
                assertThat(column(query.executeQuery(), "delay")).containsExactly(String.valueOf(ROUTES.get(key)));
            }
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO airports VALUES (?)");
                    Statement statement = connection.createStatement()) {
                insert.setString(1, "F1");
                assertThat(insert.executeUpdate()).isEqualTo(1);
                assertThat(statement.executeUpdate("INSERT INTO airports VALUES ('F2'), ('F3')"))
                        .isEqualTo(2);
                assertThat(column(
                                statement.executeQuery("SELECT code FROM airports WHERE code LIKE 'F%' ORDER BY 1"),
                                "code"))
                        .containsExactly("F1", "F2", "F3");
            }
        }
        assertThatThrownBy(() -> flight("wrong-key")).isInstanceOf(SQLException.class);
    }

    private static Connection flight(String key) throws SQLException {
        Properties login = new Properties();
        login.put("user", "any");
        login.put("password", key);
        return DriverManager.getConnection(
                "jdbc:arrow-flight-sql://" + floe().endpoint("grpc") + "/?useEncryption=false", login);
    }

    private static List<String> column(ResultSet rows, String name) throws SQLException {
        List<String> values = new ArrayList<>();
        try (rows) {
            while (rows.next()) {
                values.add(rows.getString(name));
            }
        }
        return values;
    }

    /** P6: another tenant's names are as if they were not. */
    @Test
    void tenantsAreApart() throws IOException {
        String otherKey;
        try (FloeClient admin = floe().client()) {
            admin.catalog().createTenant("other");
            otherKey = admin.catalog()
                    .createKey("other", Set.of(Role.READER, Role.WRITER), "test")
                    .whole()
                    .value();
        }
        Batch row = Batch.of(List.of("code"), List.<Object[]>of(new Object[] {"X"}));
        try (FloeClient other = FloeClient.connect(floe().endpoint("grpc"), otherKey)) {
            assertThat(refusal(() -> other.write("airports", row, Operation.APPEND))
                            .code())
                    .isEqualTo(ErrorCode.TABLE_NOT_FOUND);
            assertThat(refusal(() -> other.query("SELECT * FROM airports").all())
                            .message())
                    .isEqualTo(
                            refusal(() -> other.query("SELECT * FROM airplane").all())
                                    .message()
                                    .replace("airplane", "airports"));
            assertThat(refusal(() -> other.query("SELECT * FROM \"default\".airports")
                                    .all())
                            .code())
                    .isEqualTo(ErrorCode.INVALID_SQL);
            assertThat(refusal(() -> other.catalog().describeTable("", "airports"))
                            .code())
                    .isEqualTo(ErrorCode.TABLE_NOT_FOUND);
            assertThat(refusal(() -> other.catalog().listTables("default")).code())
                    .isIn(ErrorCode.PERMISSION_DENIED, ErrorCode.TENANT_NOT_FOUND);
            assertThat(refusal(() -> other.get(KeyLookup.of(
                                    "routes", List.of("origin", "number"), List.<Object[]>of(new Object[] {"A0", 0L}))))
                            .code())
                    .isEqualTo(ErrorCode.TABLE_NOT_FOUND);
            assertThat(other.catalog().listTables("")).isEmpty();
        }
        assertThat(sqlline(otherKey, "!tables", "SELECT * FROM airports;"))
                .doesNotContain("routes")
                .contains("not found");
    }

    private static FloeException refusal(Runnable call) {
        return catchThrowableOfType(FloeException.class, call::run);
    }

    private static String sqlline(String key, String... commands) throws IOException {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of(
                "-d",
                "dev.floe.sqlgateway.driver.FloeDriver",
                "-u",
                "jdbc:floe://" + floe().endpoint("jdbc"),
                "-n",
                "any",
                "-p",
                key,
                "--maxWidth=160"));
        for (String command : commands) {
            arguments.addAll(List.of("-e", command));
        }
        SqlLine shell = new SqlLine();
        try (PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8)) {
            shell.setOutputStream(out);
            shell.setErrorStream(out);
            shell.begin(arguments.toArray(new String[0]), null, false);
        }
        return shown.toString(StandardCharsets.UTF_8);
    }
}
