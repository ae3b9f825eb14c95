package dev.floe.catalog.database;

import dev.floe.core.fault.FaultPoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.jdbc.JdbcClientPool;

/**
 * Lends the database's connections to Iceberg's JDBC catalog.
 *
 * <p>Within a transaction the catalog's statements become part of it. Nothing is retried here: Iceberg's own pool
 * repeats a statement whose connection broke, and so reports some commits that landed as failed; whoever commits has to
 * look in the table either way.
 */
public final class IcebergConnections extends JdbcClientPool {
    private final Database database;

    public IcebergConnections(Database database, String jdbcUrl) {
        super(jdbcUrl, Map.of());
        this.database = database;
    }

    @Override
    public <R> R run(Action<R, Connection, SQLException> action) throws SQLException, InterruptedException {
        return answered(database.runRaw(action::run));
    }

    @Override
    public <R> R run(Action<R, Connection, SQLException> action, boolean retry)
            throws SQLException, InterruptedException {
        return answered(database.runRaw(action::run));
    }

    /** A number is the answer to an update, which is done whether the answer arrives or not. */
    private static <R> R answered(R answer) throws SQLException {
        Optional<String> lost = answer instanceof Integer ? FaultPoint.loss("catalog.answer") : Optional.empty();
        if (lost.isPresent()) {
            throw new SQLException("the connection is gone", lost.get().isEmpty() ? null : lost.get());
        }
        return answer;
    }
}
