package dev.floe.catalog.table;

import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.TableState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Suspensions in the catalog's database. */
public final class SqlTableSuspensions implements TableSuspensions {
    private static final int MESSAGE_CHARS_MAX = 4_000;

    private final Database database;
    private final Clock clock;

    public SqlTableSuspensions(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Suspended(UUID tableId, Suspension suspension) {}

    private record Row(UUID tableId, TableState state) {}

    @Override
    public Map<UUID, TableState> all() {
        Map<UUID, TableState> states = new HashMap<>();
        database.run(connection -> Sql.list(
                        connection,
                        SqlTableSuspensions::row,
                        "SELECT table_id, generation, error_code, accepted FROM table_states"))
                .forEach(row -> states.put(row.tableId, row.state));
        return states;
    }

    @Override
    public void suspend(UUID tableId, long generation, FloeException why) {
        database.transact(connection -> {
            ensure(connection, tableId);
            return Sql.update(
                    connection,
                    "UPDATE table_states SET error_code = ?, message = ?, action = ?, suspended_at = ?, accepted = ''"
                            + " WHERE table_id = ? AND generation = ? AND error_code = ''",
                    why.code().name(),
                    why.message().substring(0, Math.min(why.message().length(), MESSAGE_CHARS_MAX)),
                    why.action(),
                    Micros.of(clock.instant()),
                    tableId.toString(),
                    generation);
        });
    }

    @Override
    public void rewind(UUID tableId, long generation) {
        database.transact(connection -> {
            ensure(connection, tableId);
            int changed = Sql.update(
                    connection,
                    "UPDATE table_states SET generation = generation + 1, accepted = ''"
                            + " WHERE table_id = ? AND generation = ? AND error_code = ''",
                    tableId.toString(),
                    generation);
            return changed == 0 ? 0 : beginAnew(connection);
        });
    }

    @Override
    public void acceptanceDone(UUID tableId, long generation, ErrorCode accepted) {
        database.transact(connection -> Sql.update(
                connection,
                "UPDATE table_states SET accepted = ''"
                        + " WHERE table_id = ? AND generation = ? AND error_code = '' AND accepted = ?",
                tableId.toString(),
                generation,
                accepted.name()));
    }

    @Override
    public boolean resume(UUID tableId, Optional<ErrorCode> accepted) {
        return database.transact(connection -> {
            int changed = Sql.update(
                    connection,
                    "UPDATE table_states SET generation = generation + 1, error_code = '', message = '', action = '',"
                            + " accepted = ? WHERE table_id = ? AND error_code <> ''",
                    accepted.map(ErrorCode::name).orElse(""),
                    tableId.toString());
            return changed > 0 && beginAnew(connection) > 0;
        });
    }

    @Override
    public Optional<Suspension> find(UUID tableId) {
        return Optional.ofNullable(suspended().get(tableId));
    }

    @Override
    public Map<UUID, Suspension> suspended() {
        Map<UUID, Suspension> found = new HashMap<>();
        database.run(connection -> Sql.list(
                        connection,
                        row -> new Suspended(
                                UUID.fromString(row.getString(1)),
                                new Suspension(
                                        ErrorCode.valueOf(row.getString(2)),
                                        row.getString(3),
                                        row.getString(4),
                                        Micros.instant(row.getLong(5)))),
                        "SELECT table_id, error_code, message, action, suspended_at FROM table_states"
                                + " WHERE error_code <> ''"))
                .forEach(row -> found.put(row.tableId, row.suspension));
        return found;
    }

    @Override
    public void beginAnew() {
        database.transact(SqlTableSuspensions::beginAnew);
    }

    @Override
    public long jobGeneration() {
        return database.run(connection ->
                        Sql.first(connection, row -> row.getLong(1), "SELECT job_generation FROM installation"))
                .orElseThrow();
    }

    /** A row for the table, unless it was dropped. */
    private static void ensure(Connection connection, UUID tableId) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO table_states (table_id, generation, error_code, message, action, suspended_at, accepted)"
                        + " SELECT id, 0, '', '', '', 0, '' FROM tables WHERE id = ? ON CONFLICT DO NOTHING",
                tableId.toString());
    }

    private static int beginAnew(Connection connection) throws SQLException {
        return Sql.update(connection, "UPDATE installation SET job_generation = job_generation + 1");
    }

    private static Row row(ResultSet row) throws SQLException {
        String accepted = row.getString(4);
        return new Row(
                UUID.fromString(row.getString(1)),
                new TableState(
                        row.getLong(2),
                        !row.getString(3).isEmpty(),
                        accepted.isEmpty() ? Set.of() : Set.of(ErrorCode.valueOf(accepted))));
    }
}
