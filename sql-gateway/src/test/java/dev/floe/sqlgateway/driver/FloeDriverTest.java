package dev.floe.sqlgateway.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.sqlgateway.EveryTypeRows;
import dev.floe.sqlgateway.TestServer;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
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
    void knowsIndexes() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "any", "reader")) {
            assertThat(indexes(connection, "routes", false))
                    .containsExactly(
                            "primary_key 1 origin unique",
                            "primary_key 2 number unique",
                            "by_delay 1 delay",
                            "by_number_and_delay 1 number",
                            "by_number_and_delay 2 delay");
            assertThat(indexes(connection, "routes", true))
                    .containsExactly("primary_key 1 origin unique", "primary_key 2 number unique");
            assertThat(indexes(connection, "events", false)).isEmpty();
            assertThat(indexes(connection, "secrets", false)).isEmpty();
        }
    }

    private static List<String> indexes(Connection connection, String table, boolean unique) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getIndexInfo(null, "default", table, unique, true)) {
            while (rows.next()) {
                found.add(rows.getString("INDEX_NAME") + " " + rows.getShort("ORDINAL_POSITION") + " "
                        + rows.getString("COLUMN_NAME") + (rows.getBoolean("NON_UNIQUE") ? "" : " unique"));
                assertThat(rows.getShort("TYPE")).isEqualTo(DatabaseMetaData.tableIndexHashed);
            }
        }
        return found;
    }

    @Test
    void knowsFunctions() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "any", "reader")) {
            DatabaseMetaData metadata = connection.getMetaData();
            assertThat(functions(metadata.getFunctions(null, null, null)))
                    .containsExactly("ABS", "CURRENT_DATE", "SUM", "UPPER");
            assertThat(functions(metadata.getFunctions(null, "%", "u_per"))).containsExactly("UPPER");
            assertThat(functions(metadata.getFunctions(null, null, "CURRENT\\_%")))
                    .containsExactly("CURRENT_DATE");
            assertThat(functions(metadata.getFunctions(null, "default", "%"))).isEmpty();
        }
    }

    private static List<String> functions(ResultSet rows) throws SQLException {
        List<String> names = new ArrayList<>();
        try (rows) {
            while (rows.next()) {
                names.add(rows.getString("FUNCTION_NAME"));
                assertThat(rows.getShort("FUNCTION_TYPE")).isEqualTo((short) DatabaseMetaData.functionNoTable);
            }
        }
        return names;
    }

    /** What database tools ask for when they connect and unfold a schema. */
    @Test
    void answersWhatToolsAsk() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "any", "reader")) {
            DatabaseMetaData metadata = connection.getMetaData();
            List<ResultSet> none = List.of(
                    metadata.getCatalogs(),
                    metadata.getImportedKeys(null, "default", "routes"),
                    metadata.getExportedKeys(null, "default", "routes"),
                    metadata.getProcedures(null, "default", "%"),
                    metadata.getUDTs(null, "default", "%", null),
                    metadata.getTablePrivileges(null, "default", "routes"),
                    metadata.getBestRowIdentifier(null, "default", "routes", DatabaseMetaData.bestRowSession, true),
                    metadata.getVersionColumns(null, "default", "routes"),
                    metadata.getClientInfoProperties());
            for (ResultSet rows : none) {
                assertThat(rows.next()).isFalse();
                rows.close();
            }
            assertThat(metadata.getIdentifierQuoteString()).isEqualTo("\"");
            assertThat(metadata.supportsTransactions()).isFalse();
            assertThat(metadata.getDatabaseProductName()).isEqualTo("Floe");
        }
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
