package dev.floe.sqlgateway.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.sqlgateway.TestServer;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcMetadataTest {
    private final TestServer server = new TestServer(TestServer.SETTINGS);
    private final Connection connection;
    private final DatabaseMetaData metadata;

    JdbcMetadataTest() throws SQLException {
        connection = DriverManager.getConnection(server.jdbcUrl("reader"));
        metadata = connection.getMetaData();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        server.close();
    }

    @Test
    void listsTheTenantsTablesOnly() throws SQLException {
        assertThat(texts(metadata.getTables(null, null, null, null), "TABLE_NAME"))
                .containsExactly("events", "routes");
        assertThat(texts(metadata.getTables(null, "default", "rou%", new String[] {"TABLE"}), "TABLE_NAME"))
                .containsExactly("routes");
        assertThat(texts(metadata.getTables(null, null, "routes", null), "REMARKS"))
                .containsExactly("upsert, keyed by origin, number");
        assertThat(texts(metadata.getTables(null, "other", null, null), "TABLE_NAME"))
                .isEmpty();
        assertThat(texts(metadata.getTables(null, null, null, new String[] {"VIEW"}), "TABLE_NAME"))
                .isEmpty();
        assertThat(texts(metadata.getTables(null, null, "secrets", null), "TABLE_NAME"))
                .isEmpty();
    }

    @Test
    void describesColumns() throws SQLException {
        try (ResultSet columns = metadata.getColumns(null, null, "routes", "%")) {
            assertThat(columns.next()).isTrue();
            assertThat(columns.getString("COLUMN_NAME")).isEqualTo("origin");
            assertThat(columns.getInt("DATA_TYPE")).isEqualTo(Types.VARCHAR);
            assertThat(columns.getInt("KEY_SEQ")).isEqualTo(1);
            assertThat(columns.getString("IS_NULLABLE")).isEqualTo("NO");
            assertThat(columns.next()).isTrue();
            assertThat(columns.getInt("KEY_SEQ")).isEqualTo(2);
            assertThat(columns.next()).isTrue();
            assertThat(columns.getInt("ORDINAL_POSITION")).isEqualTo(3);
            assertThat(columns.getInt("DATA_TYPE")).isEqualTo(Types.INTEGER);
            assertThat(columns.getObject("KEY_SEQ")).isNull();
            assertThat(columns.getString("IS_NULLABLE")).isEqualTo("YES");
            assertThat(columns.next()).isFalse();
        }
        assertThat(texts(metadata.getColumns(null, null, "events", null), "TYPE_NAME"))
                .contains("TIMESTAMP(6)", "TIMESTAMP(6) WITH TIME ZONE", "DECIMAL(38, 3)", "VARCHAR ARRAY")
                .contains("MAP<VARCHAR, BIGINT>", "ROW(zip VARCHAR, since TIMESTAMP(6))");
    }

    @Test
    void describesTheRest() throws SQLException {
        assertThat(texts(metadata.getSchemas(), "TABLE_SCHEM")).containsExactly("default");
        assertThat(texts(metadata.getCatalogs(), "TABLE_CAT")).isEmpty();
        assertThat(texts(metadata.getTableTypes(), "TABLE_TYPE")).containsExactly("TABLE");
        assertThat(texts(metadata.getTypeInfo(), "TYPE_NAME")).hasSize(13).contains("BIGINT", "UUID", "DECIMAL");
        assertThat(texts(metadata.getTypeInfo(), "DATA_TYPE").stream().map(Integer::valueOf))
                .isSorted();
        assertThat(metadata.getSQLKeywords()).isEqualTo("UPSERT");
        assertThat(metadata.getNumericFunctions()).isEqualTo("ABS,SUM");
        assertThat(metadata.getStringFunctions()).isEqualTo("UPPER");
        assertThat(metadata.getTimeDateFunctions()).isEqualTo("CURRENT_DATE");
        assertThat(metadata.getSystemFunctions()).isEmpty();
        assertThat(connection.isReadOnly()).isTrue();
        assertThat(connection.getSchema()).isEqualTo("default");
        connection.setAutoCommit(false);
        connection.commit();
        connection.rollback();
    }

    @ParameterizedTest
    @CsvSource({
        "%, routes, true",
        "routes, routes, true",
        "r_utes, routes, true",
        "r%s, routes, true",
        "%e%, routes, true",
        "r%x, routes, false",
        "ROUTES, routes, true",
        "rout, routes, false",
        "a\\_b, a_b, true",
        "a\\_b, axb, false",
        "a\\%, a%, true",
        "'', routes, false"
    })
    void matchesNamesAsJdbcDoes(String pattern, String name, boolean matches) {
        assertThat(LikePattern.of(pattern).matches(name)).isEqualTo(matches);
    }

    private static List<String> texts(ResultSet rows, String column) throws SQLException {
        List<String> texts = new ArrayList<>();
        while (rows.next()) {
            texts.add(String.valueOf(rows.getString(column)));
        }
        rows.close();
        return texts;
    }
}
