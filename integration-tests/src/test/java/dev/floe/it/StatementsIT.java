package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.FloeClient;
import dev.floe.client.TableSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a statement of SQL stored is there for the next one, and after the death of everything. */
@Tag("long")
class StatementsIT {
    private static final String ALL = "SELECT id, amount FROM accounts ORDER BY id";

    @TempDir
    Path temp = Path.of("");

    @Test
    void theNextStatementSeesTheRowsAndSoDoesARestart() throws SQLException {
        Path data = temp.resolve("data");
        try (StandaloneProcess floe = StandaloneProcess.start(data)) {
            try (FloeClient client = floe.client()) {
                List<Column> columns =
                        List.of(Column.required("id", Primitive.LONG), Column.optional("amount", Primitive.LONG));
                client.catalog().createTable("", TableSpec.upsert("accounts", columns, List.of("id")), false);
            }
            try (Connection connection = connect(floe);
                    Statement statement = connection.createStatement();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO accounts VALUES (?, ?)")) {
                for (long id = 0; id < 5; id++) {
                    insert.setLong(1, id);
                    insert.setLong(2, 10 * id);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).containsOnly(1);
                assertThat(rows(statement)).containsExactly("0=0", "1=10", "2=20", "3=30", "4=40");
                assertThat(statement.executeUpdate("UPDATE accounts SET amount = amount + 1 WHERE id >= 3"))
                        .isEqualTo(2);
                assertThat(statement.executeUpdate("UPDATE accounts SET amount = amount + 1 WHERE id = 4"))
                        .isEqualTo(1);
                assertThat(statement.executeUpdate("DELETE FROM accounts WHERE amount = 20"))
                        .isEqualTo(1);
                assertThat(rows(statement)).containsExactly("0=0", "1=10", "3=31", "4=42");
            }
            floe.kill();
        }
        try (StandaloneProcess floe = StandaloneProcess.start(data);
                Connection connection = connect(floe);
                Statement statement = connection.createStatement()) {
            assertThat(rows(statement)).containsExactly("0=0", "1=10", "3=31", "4=42");
        }
    }

    private static Connection connect(StandaloneProcess floe) throws SQLException {
        return DriverManager.getConnection("jdbc:floe://" + floe.endpoint("jdbc"), "any", floe.adminKey());
    }

    private static List<String> rows(Statement statement) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(ALL)) {
            while (rows.next()) {
                found.add(rows.getLong(1) + "=" + rows.getLong(2));
            }
        }
        return found;
    }
}
