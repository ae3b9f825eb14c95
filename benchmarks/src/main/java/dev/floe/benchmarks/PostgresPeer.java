package dev.floe.benchmarks;

import dev.floe.catalog.postgres.PostgresServer;
import dev.floe.client.FloeClient;
import dev.floe.client.Query;
import dev.floe.client.ReadAt;
import dev.floe.client.Row;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;

/** This machine's PostgreSQL with a copy of a table of workload E: primary key on entity_id, an index on quantity. */
final class PostgresPeer implements AutoCloseable {
    private static final int COLUMNS = 8;
    private static final int BATCH_ROWS = 10_000;

    private final Optional<PostgresServer> server;
    private final String url;

    private PostgresPeer(Optional<PostgresServer> server) {
        this.server = server;
        this.url = server.map(PostgresServer::newDatabase).orElse("");
    }

    /** Starts it where it is installed. */
    static PostgresPeer start() {
        return new PostgresPeer(PostgresServer.start());
    }

    boolean isThere() {
        return server.isPresent();
    }

    Connection connect() throws SQLException {
        PostgresServer running = server.orElseThrow();
        return DriverManager.getConnection(
                url + "?reWriteBatchedInserts=true",
                running.user(),
                running.password().value());
    }

    /** Copies Floe's rows and makes the indexes. */
    void fill(FloeClient client, String table) throws SQLException {
        if (!isThere()) {
            return;
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE " + table + " (tenant text, entity_id bigint, ts timestamp, event_type text,"
                            + " country text, amount float8, quantity int, payload text)");
            connection.setAutoCommit(false);
            copy(client, table, connection);
            statement.execute("ALTER TABLE " + table + " ADD PRIMARY KEY (entity_id)");
            statement.execute("CREATE INDEX ON " + table + " (quantity)");
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute("VACUUM ANALYZE " + table);
        }
    }

    private static void copy(FloeClient client, String table, Connection connection) throws SQLException {
        try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
                var rows = client.query(Query.of("SELECT * FROM " + table).at(new ReadAt.Committed()))) {
            int batch = 0;
            while (rows.hasNext()) {
                Row row = rows.next();
                for (int column = 0; column < COLUMNS; column++) {
                    insert.setObject(column + 1, Objects.requireNonNull(row.value(column)));
                }
                insert.addBatch();
                if (++batch == BATCH_ROWS) {
                    insert.executeBatch();
                    batch = 0;
                }
            }
            insert.executeBatch();
        }
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("a connection can't be closed", e);
        }
    }

    @Override
    public void close() {
        server.ifPresent(PostgresServer::close);
    }
}
