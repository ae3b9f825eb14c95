package dev.floe.catalog.table;

import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.storage.maintain.MaintenanceFigures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Maintenance in the catalog's database. */
public final class SqlMaintenanceRuns implements MaintenanceRuns {
    private static final int ERROR_CHARS_MAX = 2_000;
    private static final int ASKED = 1;
    private static final int BY_ITSELF = 0;

    private final Database database;
    private final Clock clock;

    public SqlMaintenanceRuns(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public long request(UUID tableId, boolean dry) {
        int wanted = dry ? 1 : 0;
        return database.transact(connection -> {
            ensure(connection, tableId, ASKED);
            Sql.update(
                    connection,
                    "UPDATE maintenance_runs SET request = request + 1, dry = ?, begun_at = ?, ended_at = 0, step = '',"
                            + " snapshots_expired = 0, manifests_rewritten = 0, files_removed = 0,"
                            + " orphans_removed = 0, bytes_removed = 0, failures = 0, error = ''"
                            + " WHERE table_id = ? AND asked = ? AND (request = 0 OR ended_at > 0 OR dry <> ?)",
                    wanted,
                    Micros.of(clock.instant()),
                    tableId.toString(),
                    ASKED,
                    wanted);
            return Sql.first(
                            connection,
                            row -> row.getLong(1),
                            "SELECT request FROM maintenance_runs WHERE table_id = ? AND asked = ?",
                            tableId.toString(),
                            ASKED)
                    .orElse(0L);
        });
    }

    @Override
    public List<MaintenanceOrder> orders() {
        return database.run(connection -> Sql.list(
                connection,
                row -> new MaintenanceOrder(
                        UUID.fromString(row.getString(1)),
                        row.getLong(2),
                        row.getInt(3) == 1,
                        Micros.instant(row.getLong(4)),
                        Micros.instant(row.getLong(5))),
                "SELECT t.id, COALESCE(a.request, 0), COALESCE(a.dry, 0), COALESCE(s.begun_at, 0),"
                        + " COALESCE(s.orphans_at, 0) FROM tables t"
                        + " LEFT JOIN maintenance_runs a ON a.table_id = t.id AND a.asked = 1 AND a.ended_at = 0"
                        + " LEFT JOIN maintenance_runs s ON s.table_id = t.id AND s.asked = 0"
                        + " WHERE NOT EXISTS (SELECT 1 FROM table_states x"
                        + " WHERE x.table_id = t.id AND x.error_code <> '') ORDER BY t.id"));
    }

    @Override
    public void report(UUID tableId, MaintenanceRun run, boolean orphans) {
        int asked = run.request() > 0 ? ASKED : BY_ITSELF;
        MaintenanceFigures figures = run.figures();
        String error = run.error().substring(0, Math.min(run.error().length(), ERROR_CHARS_MAX));
        database.transact(connection -> {
            if (asked == BY_ITSELF) {
                ensure(connection, tableId, BY_ITSELF);
                Sql.update(
                        connection,
                        "UPDATE maintenance_runs SET begun_at = ? WHERE table_id = ? AND asked = ?",
                        Micros.of(run.begunAt()),
                        tableId.toString(),
                        BY_ITSELF);
            }
            Sql.update(
                    connection,
                    "UPDATE maintenance_runs SET ended_at = ?, step = ?, snapshots_expired = ?,"
                            + " manifests_rewritten = ?, files_removed = ?, orphans_removed = ?, bytes_removed = ?,"
                            + " failures = ?, error = ? WHERE table_id = ? AND asked = ? AND request = ?",
                    run.endedAt().map(Micros::of).orElse(0L),
                    run.step(),
                    figures.snapshotsExpired(),
                    figures.manifestsRewritten(),
                    figures.filesRemoved(),
                    figures.orphansRemoved(),
                    figures.bytesRemoved(),
                    figures.failures(),
                    error,
                    tableId.toString(),
                    asked,
                    run.request());
            return orphans
                    ? Sql.update(
                            connection,
                            "UPDATE maintenance_runs SET orphans_at = ? WHERE table_id = ? AND asked = ?",
                            Micros.of(run.begunAt()),
                            tableId.toString(),
                            BY_ITSELF)
                    : 0;
        });
    }

    @Override
    public MaintenanceState state(UUID tableId) {
        return database.run(connection ->
                new MaintenanceState(run(connection, tableId, ASKED), run(connection, tableId, BY_ITSELF)));
    }

    private static Optional<MaintenanceRun> run(Connection connection, UUID tableId, int asked) throws SQLException {
        return Sql.first(
                connection,
                SqlMaintenanceRuns::run,
                "SELECT request, dry, begun_at, ended_at, step, snapshots_expired, manifests_rewritten, files_removed,"
                        + " orphans_removed, bytes_removed, failures, error FROM maintenance_runs"
                        + " WHERE table_id = ? AND asked = ?",
                tableId.toString(),
                asked);
    }

    private static MaintenanceRun run(ResultSet row) throws SQLException {
        long ended = row.getLong(4);
        return new MaintenanceRun(
                row.getLong(1),
                row.getInt(2) == 1,
                Micros.instant(row.getLong(3)),
                ended == 0 ? Optional.empty() : Optional.of(Micros.instant(ended)),
                row.getString(5),
                new MaintenanceFigures(
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9),
                        row.getLong(10),
                        row.getLong(11)),
                row.getString(12));
    }

    /** A row for the table, unless it was dropped. */
    private static void ensure(Connection connection, UUID tableId, int asked) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO maintenance_runs (table_id, asked, request, dry, begun_at, ended_at, orphans_at, step,"
                        + " snapshots_expired, manifests_rewritten, files_removed, orphans_removed, bytes_removed,"
                        + " failures, error) SELECT id, " + asked + ", 0, 0, 0, 0, 0, '', 0, 0, 0, 0, 0, 0, ''"
                        + " FROM tables WHERE id = ? ON CONFLICT DO NOTHING",
                tableId.toString());
    }
}
