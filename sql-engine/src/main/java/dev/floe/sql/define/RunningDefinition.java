package dev.floe.sql.define;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.audit.AuditedChanges;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.VectorBuilder;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** A statement that defines tables being run: the catalog changes when the answer is asked for, once. */
public final class RunningDefinition implements QueryCursor {
    private final TableStatement statement;
    private final Principal principal;
    private final Catalog catalog;
    private final AuditedChanges changes;
    private boolean done;

    /** The principal is of the plan's tenant. */
    public RunningDefinition(DefinitionPlan plan, Principal principal, Catalog catalog) {
        this.statement = plan.statement();
        this.principal = principal;
        this.catalog = catalog;
        this.changes = new AuditedChanges(catalog.tables(), catalog.audit());
    }

    @Override
    public List<ResultColumn> columns() {
        return DefinitionPlan.ANSWER;
    }

    @Override
    public List<TableCut> cuts() {
        return List.of();
    }

    /** One row: no rows were stored. Throws PERMISSION_DENIED, and what the catalog refuses. */
    @Override
    public @Nullable ColumnBatch next() {
        if (done) {
            return null;
        }
        done = true;
        run();
        return new ColumnBatch(
                1,
                List.of(0),
                List.of(VectorBuilder.of(DefinitionPlan.ANSWER.get(0).type(), List.of(0L))),
                new byte[1]);
    }

    private void run() {
        if (statement instanceof TableStatement.Create create) {
            changes.create(principal, create.declaration(), create.ifNotExists());
        } else if (statement instanceof TableStatement.Drop drop) {
            changes.drop(principal, drop.table(), drop.ifExists());
        } else if (statement instanceof TableStatement.Alter alter) {
            alter(alter);
        } else if (statement instanceof TableStatement.CreateIndex create) {
            createIndex(create);
        } else if (statement instanceof TableStatement.DropIndex drop) {
            dropIndex(drop);
        }
    }

    private void alter(TableStatement.Alter alter) {
        Optional<TableDefinition> table = catalog.tables().findNewest(alter.table());
        if (table.isEmpty() && alter.ifExists()) {
            return;
        }
        Schema schema = table.orElseThrow(() -> missing(alter.table())).schema();
        changes.alter(
                principal,
                alter.table(),
                0,
                alter.changes().stream()
                        .map(change -> SchemaNames.in(change, schema))
                        .toList());
    }

    private void createIndex(TableStatement.CreateIndex create) {
        TableDefinition table = catalog.tables().findNewest(create.table()).orElseThrow(() -> missing(create.table()));
        String name = create.index().index().name();
        if (create.ifNotExists() && has(table, name)) {
            return;
        }
        changes.alter(principal, table.name(), 0, List.of(SchemaNames.in(create.index(), table.schema())));
    }

    private void dropIndex(TableStatement.DropIndex drop) {
        TableName named = drop.table();
        List<TableDefinition> tables = named == null
                ? catalog.tables().list(principal.tenant())
                : List.of(catalog.tables().findNewest(named).orElseThrow(() -> missing(named)));
        List<TableDefinition> found =
                tables.stream().filter(table -> has(table, drop.index())).toList();
        if (found.size() > 1) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, found.size() + " tables have an index " + drop.index())
                    .advise("say whose: DROP INDEX " + drop.index() + " ON table");
        }
        if (found.isEmpty()) {
            if (drop.ifExists()) {
                return;
            }
            throw new FloeException(ErrorCode.INVALID_TABLE, "there is no index " + drop.index())
                    .advise("see the table's indexes");
        }
        changes.alter(principal, found.get(0).name(), 0, List.of(new ColumnChange.DropIndex(drop.index())));
    }

    private static boolean has(TableDefinition table, String index) {
        return table.indexes().stream().anyMatch(declared -> declared.name().equals(index));
    }

    private static FloeException missing(TableName table) {
        return new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no table " + table.table())
                .advise("list the tables to see their names");
    }

    /** A change of the catalog is not cut short. */
    @Override
    public void cancel() {}

    @Override
    public void close() {
        done = true;
    }
}
