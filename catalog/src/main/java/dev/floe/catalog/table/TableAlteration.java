package dev.floe.catalog.table;

import dev.floe.catalog.database.Database;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.fault.FaultPoint;
import dev.floe.core.name.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Changes a table's columns and secondary indexes, in Floe's rows and in Iceberg's entry at once.
 *
 * <p>Both are in one database and change in one transaction, so a crash leaves both as they were or both changed. Two
 * alterations of a table wait for each other; a commit of data that comes in between makes this one start anew.
 */
final class TableAlteration {
    private static final int ATTEMPTS_MAX = 10;
    private static final int CHANGES_MAX = 1_000;

    private final Database database;
    private final Catalog iceberg;
    private final Clock clock;

    TableAlteration(Database database, Catalog iceberg, Clock clock) {
        this.database = database;
        this.iceberg = iceberg;
        this.clock = clock;
    }

    /** As {@link Tables#alter}. */
    TableDefinition apply(TableName name, int expectedVersion, List<ColumnChange> changes) {
        if (changes.size() > CHANGES_MAX) {
            throw TableRules.invalid(changes.size() + " changes at once are too many: at most " + CHANGES_MAX)
                    .at("changes");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return database.transact(connection -> attempt(connection, name, expectedVersion, changes));
            } catch (CommitFailedException e) {
                if (attempt == ATTEMPTS_MAX) {
                    throw new FloeException(
                            ErrorCode.CATALOG_UNAVAILABLE, "the table " + name + " changed at each attempt", e);
                }
            }
        }
    }

    private static Set<Integer> pinned(TableDefinition table) {
        return table.upserts().hasVersion() ? Set.of(table.versionFieldId()) : Set.of();
    }

    private TableDefinition attempt(
            Connection connection, TableName name, int expectedVersion, List<ColumnChange> changes)
            throws SQLException {
        TableDefinition table = TableRow.lock(connection, name).orElseThrow(() -> SqlTables.notFound(name));
        if (expectedVersion != 0 && expectedVersion != table.schemaVersion()) {
            throw new FloeException(
                            ErrorCode.SCHEMA_VERSION_MISMATCH,
                            "the table is at schema version " + table.schemaVersion() + ", not " + expectedVersion)
                    .advise("describe the table and decide anew");
        }
        TableOperations operations = ((HasTableOperations)
                        iceberg.loadTable(TableIdentifier.of(name.tenant().value(), name.table())))
                .operations();
        TableMetadata base = operations.current();
        if (!base.schema().sameSchema(table.schema())) {
            throw new FloeException(ErrorCode.TABLE_CHANGED, "another program has changed the columns of " + name)
                    .advise("bring the Iceberg table back to the columns Floe shows: only Floe may change them");
        }
        SchemaDraft draft = new SchemaDraft(base, Set.copyOf(table.keyFieldIds()), pinned(table), table.indexes());
        Schema changed = draft.apply(changes);
        if (changed.sameSchema(table.schema())) {
            return indexed(connection, table, draft.indexes());
        }
        operations.commit(base, base.updateSchema(changed));
        FaultPoint.reached("catalog.alter.after-iceberg");
        Schema stored = operations.current().schema();
        TableDefinition next = table.withSchema(stored, table.schemaVersion() + 1);
        TableRow.insertVersion(
                connection,
                table.id(),
                next.schemaVersion(),
                stored,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        TableRow.updateNames(connection, next);
        FaultPoint.reached("catalog.alter.after-version");
        return indexed(connection, next, draft.indexes());
    }

    private TableDefinition indexed(Connection connection, TableDefinition table, List<TableIndex> indexes)
            throws SQLException {
        if (indexes.equals(table.indexes())) {
            return table;
        }
        TableDefinition next = table.withIndexes(indexes);
        TableRow.updateIndexes(connection, next, clock.instant().truncatedTo(ChronoUnit.MICROS));
        return next;
    }
}
