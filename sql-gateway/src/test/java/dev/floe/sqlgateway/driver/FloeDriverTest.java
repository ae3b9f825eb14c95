package dev.floe.sqlgateway.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.sqlgateway.EveryTypeRows;
import dev.floe.sqlgateway.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FloeDriverTest {
    private final TestServer server = new TestServer(TestServer.SETTINGS);

    @AfterEach
    void close() {
        server.close();
    }

    private String url() {
        return "jdbc:floe://127.0.0.1:" + server.gateway().jdbcPort();
    }

    @Test
    void knowsPrimaryKeys() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "any", "reader")) {
            assertThat(keys(connection, "routes")).containsExactly("number 2", "origin 1");
            assertThat(keys(connection, "events")).isEmpty();
            assertThat(keys(connection, "r%")).isEmpty();
            assertThat(keys(connection, "secrets")).isEmpty();
        }
    }

    private static List<String> keys(Connection connection, String table) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getPrimaryKeys(null, null, table)) {
            while (rows.next()) {
                keys.add(rows.getString("COLUMN_NAME") + " " + rows.getInt("KEY_SEQ"));
            }
        }
        return keys;
    }

    @Test
    void queriesAsAvaticasDriverDoes() throws SQLException {
        server.engine().rows(EveryTypeRows.columns(), EveryTypeRows.rows());
        try (Connection connection = DriverManager.getConnection(url() + "/?timestamps=millis", "any", "reader");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("rows");
                PreparedStatement numbers = connection.prepareStatement("numbers 3000");
                ResultSet many = numbers.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getTimestamp("local").toLocalDateTime()).hasToString("2024-02-29T12:34:56.789");
            long count = 0;
            while (many.next()) {
                count++;
            }
            assertThat(count).isEqualTo(3_000);
        }
    }

    @Test
    void refusesAWrongKey() {
        assertThat(catchThrowableOfType(Exception.class, () -> DriverManager.getConnection(url(), "any", "wrong")))
                .hasMessageContaining("401");
    }

    @Test
    void leavesOtherUrlsToOthers() throws SQLException {
        assertThat(new FloeDriver().acceptsURL("jdbc:avatica:remote:url=http://localhost"))
                .isFalse();
    }
}
