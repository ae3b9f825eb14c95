package dev.floe.catalog.table;

import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.storage.sidecar.IndexFields;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Secondary indexes in the catalog's database, one row for each list of fields that a table has an index of. */
public final class SqlTableIndexes implements TableIndexes {
    private static final int ERROR_CHARS_MAX = 2_000;

    private final Database database;

    public SqlTableIndexes(Database database) {
        this.database = database;
    }

    /** Makes the rows those of a table's indexes; rows of dropped ones stay, with the time. */
    static void declare(Connection connection, UUID tableId, List<TableIndex> indexes, Instant now)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE table_indexes SET dropped_at = ? WHERE table_id = ? AND dropped_at = 0",
                Micros.of(now),
                tableId.toString());
        for (TableIndex index : indexes) {
            Sql.update(
                    connection,
                    "INSERT INTO table_indexes (table_id, fields, dropped_at, files, files_done, error)"
                            + " VALUES (?, ?, 0, ?, 0, '') ON CONFLICT (table_id, fields) DO UPDATE SET dropped_at = 0",
                    tableId.toString(),
                    index.fields().text(),
                    IndexProgress.UNKNOWN);
        }
    }

    @Override
    public List<IndexOrder> orders() {
        return database.run(connection -> Sql.list(
                connection,
                row -> new IndexOrder(
                        UUID.fromString(row.getString(1)),
                        IndexFields.parse(row.getString(2)),
                        row.getLong(3) == 0 ? Optional.empty() : Optional.of(Micros.instant(row.getLong(3)))),
                "SELECT table_id, fields, dropped_at FROM table_indexes ORDER BY table_id, fields"));
    }

    @Override
    public void report(UUID tableId, IndexProgress progress) {
        database.transact(connection -> Sql.update(
                connection,
                "UPDATE table_indexes SET files = ?, files_done = ?, error = ? WHERE table_id = ? AND fields = ?",
                progress.files(),
                progress.filesDone(),
                progress.error().substring(0, Math.min(progress.error().length(), ERROR_CHARS_MAX)),
                tableId.toString(),
                progress.fields().text()));
    }

    @Override
    public void removed(UUID tableId, IndexFields fields, Instant droppedAt) {
        database.transact(connection -> Sql.update(
                connection,
                "DELETE FROM table_indexes WHERE table_id = ? AND fields = ? AND dropped_at = ?",
                tableId.toString(),
                fields.text(),
                Micros.of(droppedAt)));
    }

    @Override
    public List<IndexProgress> progress(UUID tableId) {
        return database.run(connection -> Sql.list(
                connection,
                row -> new IndexProgress(
                        IndexFields.parse(row.getString(1)), row.getInt(2), row.getInt(3), row.getString(4)),
                "SELECT fields, files, files_done, error FROM table_indexes WHERE table_id = ? AND dropped_at = 0",
                tableId.toString()));
    }
}
