package dev.floe.catalog.table;

import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.storage.compact.CompactionFigures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Compaction requests in the catalog's database. */
public final class SqlTableCompactions implements TableCompactions {
    private static final int ERROR_CHARS_MAX = 2_000;

    private final Database database;
    private final Clock clock;

    public SqlTableCompactions(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Done(UUID tableId, int bucket) {}

    private record Totals(int done, CompactionFigures figures) {}

    @Override
    public long request(UUID tableId) {
        return database.transact(connection -> {
            ensure(connection, tableId);
            Sql.update(
                    connection,
                    "UPDATE table_compactions SET request = request + 1, running = 1, requested_at = ?, done_at = 0"
                            + " WHERE table_id = ? AND running = 0",
                    Micros.of(clock.instant()),
                    tableId.toString());
            return Sql.first(
                            connection,
                            row -> row.getLong(1),
                            "SELECT request FROM table_compactions WHERE table_id = ?",
                            tableId.toString())
                    .orElse(0L);
        });
    }

    @Override
    public boolean pause(UUID tableId, boolean paused) {
        int wanted = paused ? 1 : 0;
        return database.transact(connection -> {
            ensure(connection, tableId);
            return Sql.update(
                            connection,
                            "UPDATE table_compactions SET paused = ? WHERE table_id = ? AND paused <> ?",
                            wanted,
                            tableId.toString(),
                            wanted)
                    > 0;
        });
    }

    @Override
    public CompactionState state(UUID tableId) {
        return database.run(connection -> {
            Totals totals = totals(connection, tableId);
            String error = lastError(connection, tableId);
            return Sql.first(
                            connection,
                            row -> state(row, totals, error),
                            "SELECT c.paused, c.request, c.requested_at, c.running, c.done_at, t.buckets"
                                    + " FROM table_compactions c JOIN tables t ON t.id = c.table_id"
                                    + " WHERE c.table_id = ?",
                            tableId.toString())
                    .orElse(CompactionState.UNTOUCHED);
        });
    }

    @Override
    public List<CompactionOrder> orders() {
        return database.run(connection -> {
            Map<UUID, Set<Integer>> done = new HashMap<>();
            Sql.list(
                            connection,
                            row -> new Done(UUID.fromString(row.getString(1)), row.getInt(2)),
                            "SELECT b.table_id, b.bucket FROM bucket_compactions b JOIN table_compactions c"
                                    + " ON c.table_id = b.table_id AND c.request = b.request"
                                    + " WHERE c.running = 1 AND b.done = 1")
                    .forEach(row -> done.computeIfAbsent(row.tableId, id -> new HashSet<>())
                            .add(row.bucket));
            return Sql.list(
                    connection,
                    row -> order(row, done),
                    "SELECT c.table_id, c.paused, c.running, c.request, t.buckets FROM table_compactions c"
                            + " JOIN tables t ON t.id = c.table_id WHERE c.paused = 1 OR c.running = 1");
        });
    }

    @Override
    public void report(UUID tableId, BucketCompaction bucket) {
        CompactionFigures figures = bucket.figures();
        database.transact(connection -> {
            List<Object> values = new ArrayList<>(List.of(bucket.bucket(), bucket.done() ? 1 : 0));
            values.addAll(List.of(
                    figures.rowsIn(), figures.rowsOut(), figures.bytesIn(), figures.bytesOut(), figures.millis()));
            values.add(bucket.error().substring(0, Math.min(bucket.error().length(), ERROR_CHARS_MAX)));
            values.addAll(List.of(Micros.of(clock.instant()), tableId.toString(), bucket.request()));
            Sql.update(
                    connection,
                    "INSERT INTO bucket_compactions (table_id, request, bucket, done, rows_in, rows_out, bytes_in,"
                            + " bytes_out, millis, error, reported_at)"
                            + " SELECT table_id, request, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM table_compactions"
                            + " WHERE table_id = ? AND request = ?"
                            + " ON CONFLICT (table_id, bucket) DO UPDATE SET request = excluded.request,"
                            + " done = excluded.done, rows_in = excluded.rows_in, rows_out = excluded.rows_out,"
                            + " bytes_in = excluded.bytes_in, bytes_out = excluded.bytes_out,"
                            + " millis = excluded.millis, error = excluded.error, reported_at = excluded.reported_at",
                    values.toArray());
            return Sql.update(
                    connection,
                    "UPDATE table_compactions SET running = 0, done_at = ? WHERE table_id = ? AND running = 1"
                            + " AND (SELECT COUNT(*) FROM bucket_compactions b WHERE b.done = 1"
                            + " AND b.table_id = table_compactions.table_id"
                            + " AND b.request = table_compactions.request)"
                            + " >= (SELECT t.buckets FROM tables t WHERE t.id = table_compactions.table_id)",
                    Micros.of(clock.instant()),
                    tableId.toString());
        });
    }

    /** A row for the table, unless it was dropped. */
    private static void ensure(Connection connection, UUID tableId) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO table_compactions (table_id, paused, request, running, requested_at, done_at)"
                        + " SELECT id, 0, 0, 0, 0, 0 FROM tables WHERE id = ? ON CONFLICT DO NOTHING",
                tableId.toString());
    }

    private static Totals totals(Connection connection, UUID tableId) throws SQLException {
        return Sql.first(
                        connection,
                        row -> new Totals(
                                row.getInt(1),
                                new CompactionFigures(
                                        row.getLong(2),
                                        row.getLong(3),
                                        row.getLong(4),
                                        row.getLong(5),
                                        row.getLong(6))),
                        "SELECT SUM(b.done), SUM(b.rows_in), SUM(b.rows_out), SUM(b.bytes_in), SUM(b.bytes_out),"
                                + " SUM(b.millis) FROM bucket_compactions b JOIN table_compactions c"
                                + " ON c.table_id = b.table_id AND c.request = b.request WHERE c.table_id = ?",
                        tableId.toString())
                .orElse(new Totals(0, CompactionFigures.NONE));
    }

    private static String lastError(Connection connection, UUID tableId) throws SQLException {
        return Sql.first(
                        connection,
                        row -> row.getString(1),
                        "SELECT b.error FROM bucket_compactions b JOIN table_compactions c"
                                + " ON c.table_id = b.table_id AND c.request = b.request"
                                + " WHERE c.table_id = ? AND b.error <> '' AND b.done = 0 ORDER BY b.reported_at DESC",
                        tableId.toString())
                .orElse("");
    }

    private static CompactionState state(ResultSet row, Totals totals, String error) throws SQLException {
        boolean paused = row.getInt(1) == 1;
        if (row.getLong(2) == 0) {
            return new CompactionState(paused, Optional.empty());
        }
        boolean running = row.getInt(4) == 1;
        return new CompactionState(
                paused,
                Optional.of(new CompactionState.Full(
                        row.getLong(2),
                        Micros.instant(row.getLong(3)),
                        running ? Optional.empty() : Optional.of(Micros.instant(row.getLong(5))),
                        row.getInt(6),
                        totals.done,
                        totals.figures,
                        error)));
    }

    private static CompactionOrder order(ResultSet row, Map<UUID, Set<Integer>> done) throws SQLException {
        UUID tableId = UUID.fromString(row.getString(1));
        return new CompactionOrder(
                tableId,
                row.getInt(2) == 1,
                row.getInt(3) == 1 ? row.getLong(4) : 0,
                row.getInt(5),
                done.getOrDefault(tableId, Set.of()));
    }
}
