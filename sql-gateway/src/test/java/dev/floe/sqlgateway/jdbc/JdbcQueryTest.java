package dev.floe.sqlgateway.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.EveryTypeRows;
import dev.floe.sqlgateway.SqlSettings;
import dev.floe.sqlgateway.TestServer;
import dev.floe.sqlgateway.admission.QueueSettings;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdbcQueryTest {
    private final TestServer server = new TestServer(TestServer.SETTINGS);

    @AfterEach
    void close() {
        server.close();
        assertThat(server.engine().openCursors()).isZero();
        assertThat(server.gateway().openQueries()).isZero();
    }

    private Connection connect(String options) throws SQLException {
        String port = ":" + server.gateway().jdbcPort();
        return DriverManager.getConnection(server.jdbcUrl("reader").replace(port, port + "/" + options));
    }

    @Test
    void readsABigResultFrameByFrame() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("numbers 25000")) {
            long expected = 0;
            while (rows.next()) {
                assertThat(rows.getLong(1)).isEqualTo(expected++);
            }
            assertThat(expected).isEqualTo(25_000);
        }
    }

    @Test
    void cutsAResultAtTheStatementsMaxRows() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.setMaxRows(1_500);
            try (ResultSet rows = statement.executeQuery("endless")) {
                assertThat(count(rows)).isEqualTo(1_500);
            }
            assertThat(server.engine().openCursors()).isZero();
        }
    }

    private static long count(ResultSet rows) throws SQLException {
        long count = 0;
        while (rows.next()) {
            count++;
        }
        return count;
    }

    @Test
    void givesEachTypeWithoutLoss() throws SQLException {
        server.engine().rows(EveryTypeRows.columns(), EveryTypeRows.rows());
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("rows")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBoolean("flag")).isTrue();
            assertThat(row.getInt("small")).isEqualTo(-7);
            assertThat(row.getLong("big")).isEqualTo(1L << 60);
            assertThat(row.getFloat("narrow")).isEqualTo(1.5f);
            assertThat(row.getDouble("wide")).isEqualTo(Math.PI);
            assertThat(row.getBigDecimal("price")).isEqualTo(new BigDecimal("-12.50"));
            assertThat(row.getBigDecimal("huge")).isEqualTo(new BigDecimal("-12345678901234567890123456789012345.678"));
            assertThat(row.getString("name")).isEqualTo("grüße 🦀");
            assertThat(row.getBytes("bytes")).containsExactly(0, -1, 2);
            assertThat(row.getString("id")).isEqualTo(EveryTypeRows.ID.toString());
            assertThat(row.getDate("day")).isEqualTo(Date.valueOf("1969-12-31"));
            assertThat(row.getString("clock")).isEqualTo("23:59:59.999999");
            assertThat(row.getString("local")).isEqualTo("2024-02-29 12:34:56.789012");
            assertThat(row.getString("instant")).isEqualTo("1969-12-31 23:59:59.999999Z");
            assertThat(row.getString("tags")).isEqualTo("[\"a\",null,\"b\"]");
            assertThat(row.getString("counts")).isEqualTo("{\"k\":5}");
            assertThat(row.getString("place")).isEqualTo("{\"zip\":\"10\\\"1\",\"since\":null}");
            assertThat(row.next()).isTrue();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                assertThat(row.getObject(i))
                        .as(row.getMetaData().getColumnName(i))
                        .isNull();
            }
            assertThat(row.next()).isFalse();
        }
    }

    @Test
    void givesTimestampsToThoseWhoAcceptMilliseconds() throws SQLException {
        server.engine().rows(EveryTypeRows.columns(), EveryTypeRows.rows());
        try (Connection connection = connect("?timestamps=millis");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("rows")) {
            assertThat(row.next()).isTrue();
            int column = row.findColumn("local");
            assertThat(row.getMetaData().getColumnType(column)).isEqualTo(Types.TIMESTAMP);
            assertThat(row.getMetaData().getColumnTypeName(column)).isEqualTo("TIMESTAMP(3)");
            assertThat(row.getTimestamp(column))
                    .isEqualTo(Timestamp.valueOf(LocalDateTime.parse("2024-02-29T12:34:56.789")));
        }
        Exception refused = catchThrowableOfType(Exception.class, () -> connect("?timestamps=nanos"));
        assertThat(refused).hasMessageContaining("set it to text or millis");
    }

    @Test
    void takesParametersOfEachTypeAndAnswersThem() throws SQLException {
        try (Connection connection = connect("");
                PreparedStatement echo = connection.prepareStatement("echo")) {
            assertThat(echo.getParameterMetaData().getParameterCount()).isEqualTo(14);
            assertThat(echo.getParameterMetaData().getParameterTypeName(6)).isEqualTo("DECIMAL(10, 2)");
            setAll(echo);
            try (ResultSet row = echo.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getObject(2)).isEqualTo(-7);
                assertThat(row.getObject(3)).isEqualTo(Long.MIN_VALUE);
                assertThat(row.getObject(4)).isEqualTo(0.1f);
                assertThat(row.getObject(6)).isEqualTo(new BigDecimal("1.50"));
                assertThat(row.getBytes(9)).containsExactly(1, 2);
                assertThat(row.getDate(11)).isEqualTo(Date.valueOf("2024-02-29"));
                assertThat(row.getString(13)).isEqualTo("2024-02-29 12:34:56.789000");
                assertThat(row.getString(14)).isEqualTo("2024-02-29 11:34:56.789012Z");
            }
            for (int i = 1; i <= 14; i++) {
                echo.setNull(i, Types.NULL);
            }
            try (ResultSet row = echo.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getObject(8)).isNull();
            }
        }
    }

    private static void setAll(PreparedStatement echo) throws SQLException {
        echo.setBoolean(1, true);
        echo.setInt(2, -7);
        echo.setLong(3, Long.MIN_VALUE);
        echo.setFloat(4, 0.1f);
        echo.setDouble(5, -0.5);
        echo.setBigDecimal(6, new BigDecimal("1.5"));
        echo.setLong(7, 12);
        echo.setString(8, "grüße 🦀");
        echo.setBytes(9, new byte[] {1, 2});
        echo.setString(10, EveryTypeRows.ID.toString());
        echo.setDate(11, Date.valueOf("2024-02-29"));
        echo.setString(12, "23:59:59.999999");
        echo.setTimestamp(13, Timestamp.valueOf("2024-02-29 12:34:56.789"));
        echo.setString(14, "2024-02-29T12:34:56.789012+01:00");
    }

    @Test
    void refusesParametersThatDoNotFit() throws SQLException {
        try (Connection connection = connect("");
                PreparedStatement echo = connection.prepareStatement("echo")) {
            setAll(echo);
            echo.setLong(2, Long.MAX_VALUE);
            SQLException refused = catchThrowableOfType(SQLException.class, echo::executeQuery);
            assertThat((Throwable) refused).hasMessageContaining("INVALID_PARAMETER: parameter 2");
            assertThat(refused.getSQLState()).isEqualTo("22023");
            setAll(echo);
            echo.setTimestamp(14, Timestamp.valueOf("2024-02-29 12:34:56"));
            assertThat((Throwable) catchThrowableOfType(SQLException.class, echo::executeQuery))
                    .hasMessageContaining("parameter 14")
                    .hasMessageContaining("as text with its offset");
        }
    }

    @Test
    void tellsTheEnginesErrorWithStateAndCode() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            SQLException refused = catchThrowableOfType(SQLException.class, () -> statement.executeQuery("nonsense"));
            assertThat(refused.getSQLState()).isEqualTo("42000");
            assertThat(refused.getErrorCode()).isEqualTo(500);
            assertThat((Throwable) refused)
                    .hasMessageContaining("line 1, column 1")
                    .hasMessageContaining("send a query");
        }
    }

    @Test
    void closingAStatementClosesItsCursor() throws SQLException {
        try (Connection connection = connect("")) {
            Statement statement = connection.createStatement();
            assertThat(statement.executeQuery("endless").next()).isTrue();
            assertThat(server.engine().openCursors()).isEqualTo(1);
            statement.cancel();
            statement.close();
            assertThat(server.engine().openCursors()).isZero();
            assertThat(server.gateway().openQueries()).isZero();
        }
    }

    @Test
    void runningAgainReplacesTheResult() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 10; i++) {
                assertThat(statement.executeQuery("endless").next()).isTrue();
            }
            assertThat(server.engine().openCursors()).isEqualTo(1);
        }
    }

    @Test
    void refusesMoreQueriesThanATenantMayHave() throws SQLException {
        try (Connection connection = connect("")) {
            Statement first = connection.createStatement();
            Statement second = connection.createStatement();
            Statement third = connection.createStatement();
            assertThat(first.executeQuery("endless").next()).isTrue();
            assertThat(second.executeQuery("endless").next()).isTrue();
            SQLException refused = catchThrowableOfType(SQLException.class, () -> third.executeQuery("numbers 1"));
            assertThat(refused.getSQLState()).isEqualTo("53300");
            assertThat((Throwable) refused).hasMessageContaining("OVERLOADED");
            first.close();
            assertThat(third.executeQuery("numbers 1").next()).isTrue();
        }
    }

    @Test
    void failsAResultThatIsNotReadInTimeInsteadOfEndingIt() throws SQLException {
        SqlSettings hasty = TestServer.settings(Duration.ofMillis(100), QueueSettings.NONE);
        try (TestServer quick = new TestServer(hasty);
                Connection connection = DriverManager.getConnection(quick.jdbcUrl("reader"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("endless")) {
            assertThat(rows.next()).isTrue();
            await().until(() -> quick.engine().openCursors() == 0);
            Throwable end = catchThrowableOfType(Exception.class, () -> count(rows));
            assertThat(end).hasMessageContaining("QUERY_TIMEOUT");
        }
    }

    @Test
    void sendsWideRowsInFramesOfBoundedSize() throws SQLException {
        server.engine()
                .rows(
                        List.of(new ResultColumn("t", org.apache.iceberg.types.Types.StringType.get(), true)),
                        Collections.nCopies(100, List.of("x".repeat(30_000))));
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("rows")) {
            assertThat(count(rows)).isEqualTo(100);
        }
    }
}
