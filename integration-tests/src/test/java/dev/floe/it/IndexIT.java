package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Column;
import dev.floe.client.ColumnChange;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.IndexState;
import dev.floe.client.TableIndex;
import dev.floe.client.TableSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index that is declared of a table with data is built of it, answers statements, and goes again. */
class IndexIT {
    private static final String BY_CITY = "SELECT id FROM people WHERE city = 'Ulm' ORDER BY id";

    @TempDir
    Path temp = Path.of("");

    @Test
    void anIndexComesToATableWithDataAnswersAndGoes() throws Exception {
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.start(data);
                FloeClient client = floe.client();
                Connection connection = connect(floe);
                Statement statement = connection.createStatement()) {
            List<Column> columns =
                    List.of(Column.required("id", Primitive.LONG), Column.optional("city", Primitive.STRING));
            client.catalog().createTable("", TableSpec.upsert("people", columns, List.of("id")), false);
            insert(connection, 0, "Bonn", "Ulm", "Kiel", "Ulm");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> client.catalog()
                                    .describeTable("", "people")
                                    .state()
                                    .orElseThrow()
                                    .rowCount()
                            >= 4);
            assertThat(text(statement, "EXPLAIN PLAN FOR " + BY_CITY)).doesNotContain("access:");

            client.catalog()
                    .alterTable(
                            "",
                            "people",
                            List.of(new ColumnChange.AddIndex(new TableIndex("by_city", List.of("city")))));
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> isComplete(client));
            assertThat(indexFiles(data)).isNotEmpty();
            insert(connection, 10, "Ulm", "Bonn");

            assertThat(text(statement, "EXPLAIN PLAN FOR " + BY_CITY)).contains("access: index", "by_city of people");
            assertThat(text(statement, BY_CITY)).isEqualTo("1\n3\n10\n");
            assertThat(statement.executeUpdate("DELETE FROM people WHERE city = 'Ulm' AND id < 3"))
                    .isEqualTo(1);
            assertThat(text(statement, BY_CITY)).isEqualTo("3\n10\n");

            client.catalog().alterTable("", "people", List.of(new ColumnChange.DropIndex("by_city")));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !text(statement, "EXPLAIN PLAN FOR " + BY_CITY).contains("access:"));
            assertThat(text(statement, BY_CITY)).isEqualTo("3\n10\n");
        }
    }

    private static boolean isComplete(FloeClient client) {
        List<IndexState> states = client.catalog().describeTable("", "people").indexes();
        return states.size() == 1
                && states.get(0).files() > 0
                && states.get(0).files() == states.get(0).filesDone();
    }

    private static List<Path> indexFiles(Path data) throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().contains(".parquet.index-"))
                    .toList();
        }
    }

    private static Connection connect(StandaloneProcess floe) throws SQLException {
        return DriverManager.getConnection("jdbc:floe://" + floe.endpoint("jdbc"), "any", floe.adminKey());
    }

    private static void insert(Connection connection, long first, String... cities) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO people VALUES (?, ?)")) {
            for (int i = 0; i < cities.length; i++) {
                insert.setLong(1, first + i);
                insert.setString(2, cities[i]);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
