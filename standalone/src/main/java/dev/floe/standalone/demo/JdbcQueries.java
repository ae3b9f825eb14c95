package dev.floe.standalone.demo;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Queries over JDBC, with Avatica's own driver. */
final class JdbcQueries implements AutoCloseable {
    private final Connection connection;

    private JdbcQueries(Connection connection) {
        this.connection = connection;
    }

    /** Rows as text, with the names of their columns. */
    record Result(List<String> columns, List<List<String>> rows, double millis) {}

    static String url(String endpoint) {
        return "jdbc:avatica:remote:url=http://" + endpoint + ";serialization=protobuf;authentication=BASIC";
    }

    static JdbcQueries open(String endpoint, String key) {
        Properties login = new Properties();
        login.put("avatica_user", "admin");
        login.put("avatica_password", key);
        try {
            return new JdbcQueries(DriverManager.getConnection(url(endpoint), login));
        } catch (SQLException e) {
            throw new FloeException(ErrorCode.SERVER_UNREACHABLE, "can't connect over JDBC: " + e.getMessage(), e);
        }
    }

    Result select(String sql) {
        long started = System.nanoTime();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            int width = found.getMetaData().getColumnCount();
            List<String> columns = new ArrayList<>(width);
            for (int i = 1; i <= width; i++) {
                columns.add(found.getMetaData().getColumnLabel(i));
            }
            List<List<String>> rows = new ArrayList<>();
            while (found.next()) {
                List<String> row = new ArrayList<>(width);
                for (int i = 1; i <= width; i++) {
                    row.add(String.valueOf(found.getString(i)));
                }
                rows.add(row);
            }
            return new Result(columns, rows, (System.nanoTime() - started) / 1e6);
        } catch (SQLException e) {
            throw new FloeException(ErrorCode.INVALID_SQL, "JDBC: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new FloeException(ErrorCode.SERVER_UNREACHABLE, "can't close the JDBC connection", e);
        }
    }
}
