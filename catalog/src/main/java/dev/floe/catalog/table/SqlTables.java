package dev.floe.catalog.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.catalog.database.SqlErrors;
import dev.floe.catalog.principal.SqlTenants;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.fault.FaultPoint;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Tables in the catalog's database.
 *
 * <p>Floe's rows and Iceberg's entry of a table come and go in one transaction, so that a crash leaves both or none; a
 * crash in the middle of a creation leaves at most a metadata file in a folder that no table owns.
 *
 * <p>A definition found is kept for one second: changes made through another process show within that time, changes
 * made through this object at once. What isn't found is asked for each time. A name that was dropped can be taken again
 * only when no process keeps the dropped table's definition any longer, so that nobody writes to that in its place: a
 * creation waits for it.
 */
public final class SqlTables implements Tables {
    /** How long a change by another process may go unseen. */
    public static final Duration DEFINITIONS_KEPT = Duration.ofSeconds(1);

    /** Longer than a definition is kept: it counts from when it was read, and clocks differ. */
    private static final Duration DROPS_UNSEEN_MAX = DEFINITIONS_KEPT.plusMillis(500);

    private static final int DEFINITIONS_MAX = 10_000;
    private static final int SCHEMAS_MAX = 10_000;

    private record SchemaVersion(UUID tableId, int version) {}

    private final Database database;
    private final Catalog iceberg;
    private final TableFiles files;
    private final Clock clock;
    private final Timing.Pause pause;
    private final TableAlteration alteration;
    private final Cache<TableName, TableDefinition> byName;
    private final Cache<UUID, TableDefinition> byId;
    private final Cache<SchemaVersion, Schema> schemas =
            Caffeine.newBuilder().maximumSize(SCHEMAS_MAX).build();

    public SqlTables(Database database, Catalog iceberg, TableFiles files, Timing timing) {
        this.database = database;
        this.iceberg = iceberg;
        this.files = files;
        this.clock = timing.clock();
        this.pause = timing.pause();
        this.alteration = new TableAlteration(database, iceberg, clock);
        this.byName = definitionCache(timing.ticker());
        this.byId = definitionCache(timing.ticker());
    }

    @Override
    public TableDefinition create(TableDeclaration declaration) {
        TableRules.check(declaration);
        Schema schema = schemaOf(declaration);
        PartitionSpec spec = Partitioning.of(schema, declaration);
        UUID id = UUID.randomUUID();
        List<TableIndex> indexes = IndexRules.resolve(declaration.indexes(), schema);
        try {
            while (true) {
                long drop = database.run(connection -> lastDropMicros(connection, declaration.name()));
                awaitUnseen(drop);
                TableRow row = TableRow.of(id, declaration, indexes, clock.instant());
                Optional<TableDefinition> created = translated(
                        declaration.name(),
                        () -> database.transact(connection -> insert(connection, row, schema, spec, drop)));
                if (created.isPresent()) {
                    return created.get();
                }
            }
        } finally {
            forget(declaration.name(), id);
        }
    }

    /** Empty, with nothing inserted, where the name was dropped since {@code lastDrop}. */
    private Optional<TableDefinition> insert(
            Connection connection, TableRow row, Schema schema, PartitionSpec spec, long lastDrop) throws SQLException {
        SqlTenants.require(connection, row.name().tenant());
        if (!row.insert(connection)) {
            throw exists(row.name());
        }
        // after the insert, which waits for a drop that is not done yet
        if (lastDropMicros(connection, row.name()) != lastDrop) {
            Sql.update(connection, "DELETE FROM tables WHERE id = ?", row.id().toString());
            return Optional.empty();
        }
        SqlTableIndexes.declare(connection, row.id(), row.indexes(), row.createdAt());
        FaultPoint.reached("catalog.create.after-row");
        Table table = iceberg.buildTable(identifier(row.name()), schema)
                .withPartitionSpec(spec)
                .withLocation(files.location(row.name(), row.id()))
                .withProperties(files.properties(row))
                .create();
        FaultPoint.reached("catalog.create.after-iceberg");
        TableRow.insertVersion(connection, row.id(), 1, table.schema(), row.createdAt());
        return Optional.of(row.definition(table.schema(), 1));
    }

    /** When the newest table of the name that is gone was dropped; 0 where none was. */
    private static long lastDropMicros(Connection connection, TableName name) throws SQLException {
        return Sql.first(
                        connection,
                        row -> row.getLong(1),
                        "SELECT MAX(dropped_at) FROM dropped_tables WHERE tenant = ? AND name = ?",
                        name.tenant().value(),
                        name.table())
                .orElse(0L);
    }

    /** Waits until no process has what was dropped then. */
    private void awaitUnseen(long dropMicros) {
        Duration left =
                Duration.between(clock.instant(), Micros.instant(dropMicros).plus(DROPS_UNSEEN_MAX));
        if (left.isNegative() || left.isZero()) {
            return;
        }
        try {
            pause.take(left.compareTo(DROPS_UNSEEN_MAX) > 0 ? DROPS_UNSEEN_MAX : left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(
                            ErrorCode.CATALOG_UNAVAILABLE,
                            "interrupted while other servers forget the dropped table",
                            e)
                    .advise("try again");
        }
    }

    @Override
    public TableDefinition alter(TableName name, int expectedVersion, List<ColumnChange> changes) {
        try {
            return translated(name, () -> alteration.apply(name, expectedVersion, changes));
        } finally {
            byName.invalidate(name);
            byId.invalidateAll();
        }
    }

    @Override
    public Optional<TableDefinition> findNewest(TableName name) {
        Optional<TableDefinition> newest = Optional.ofNullable(load(name));
        newest.ifPresentOrElse(table -> byName.put(name, table), () -> byName.invalidate(name));
        return newest;
    }

    @Override
    public Optional<TableDefinition> find(TableName name) {
        return Optional.ofNullable(byName.get(name, this::load));
    }

    @Override
    public Optional<TableDefinition> find(UUID tableId) {
        return Optional.ofNullable(byId.get(tableId, this::load));
    }

    @Override
    public List<TableDefinition> list(TenantName tenant) {
        return database.run(connection -> TableRow.list(connection, "WHERE t.tenant = ?", tenant.value()));
    }

    @Override
    public List<TableDefinition> listAll() {
        return database.run(connection -> TableRow.list(connection, ""));
    }

    @Override
    public boolean drop(TableName name) {
        Optional<UUID> dropped = translated(
                name,
                () -> database.transact(connection -> {
                    Optional<TableDefinition> found = TableRow.list(
                                    connection,
                                    "WHERE t.tenant = ? AND t.name = ?",
                                    name.tenant().value(),
                                    name.table())
                            .stream()
                            .findFirst();
                    if (found.isEmpty()) {
                        return Optional.empty();
                    }
                    UUID id = found.get().id();
                    // deleted first: of two drops at once the second waits here and finds nothing
                    if (Sql.update(connection, "DELETE FROM tables WHERE id = ?", id.toString()) == 0) {
                        return Optional.empty();
                    }
                    Sql.update(
                            connection,
                            "INSERT INTO dropped_tables (id, tenant, name, location, dropped_at)"
                                    + " VALUES (?, ?, ?, ?, ?)",
                            id.toString(),
                            name.tenant().value(),
                            name.table(),
                            files.location(name, id),
                            Micros.of(clock.instant()));
                    iceberg.dropTable(identifier(name), false);
                    return Optional.of(id);
                }));
        dropped.ifPresent(id -> forget(name, id));
        return dropped.isPresent();
    }

    @Override
    public Schema schemaAt(UUID tableId, int schemaVersion) {
        Schema schema = schemas.get(new SchemaVersion(tableId, schemaVersion), this::load);
        if (schema == null) {
            throw new FloeException(
                            ErrorCode.SCHEMA_VERSION_MISMATCH, "the table has no schema version " + schemaVersion)
                    .advise("describe the table to see its current schema version");
        }
        return schema;
    }

    @Override
    public Table iceberg(TableName name) {
        if (find(name).isEmpty()) {
            throw notFound(name);
        }
        return translated(name, () -> iceberg.loadTable(identifier(name)));
    }

    private @Nullable TableDefinition load(TableName name) {
        return database
                .run(connection -> TableRow.list(
                        connection,
                        "WHERE t.tenant = ? AND t.name = ?",
                        name.tenant().value(),
                        name.table()))
                .stream()
                .findFirst()
                .orElse(null);
    }

    private @Nullable TableDefinition load(UUID tableId) {
        return database.run(connection -> TableRow.list(connection, "WHERE t.id = ?", tableId.toString())).stream()
                .findFirst()
                .orElse(null);
    }

    private @Nullable Schema load(SchemaVersion wanted) {
        return database.run(connection -> Sql.first(
                        connection,
                        row -> SchemaParser.fromJson(row.getString(1)),
                        "SELECT schema_json FROM table_versions WHERE table_id = ? AND version = ?",
                        wanted.tableId().toString(),
                        wanted.version()))
                .orElse(null);
    }

    private void forget(TableName name, UUID id) {
        byName.invalidate(name);
        byId.invalidate(id);
    }

    private static Schema schemaOf(TableDeclaration declaration) {
        int[] lastId = {0};
        Types.StructType columns = TypeUtil.assignFreshIds(
                        Types.StructType.of(declaration.columns()), () -> ++lastId[0])
                .asStructType();
        Set<Integer> key = columns.fields().stream()
                .filter(column -> declaration.key().contains(column.name()))
                .map(Types.NestedField::fieldId)
                .collect(Collectors.toSet());
        Schema schema = new Schema(columns.fields(), key);
        TableRules.checkNamesApart(schema);
        return schema;
    }

    /** Runs a call of Iceberg's catalog with its exceptions as Floe's. */
    private static <T> T translated(TableName name, Supplier<T> call) {
        try {
            return call.get();
        } catch (FloeException e) {
            throw e;
        } catch (AlreadyExistsException e) {
            throw exists(name);
        } catch (NoSuchTableException e) {
            throw notFound(name);
        } catch (NotFoundException | UncheckedIOException e) {
            throw new FloeException(ErrorCode.DATA_UNREADABLE, "the files of the table " + name + " can't be used", e)
                    .advise("an operator finds the cause in the server's log");
        } catch (RuntimeException e) {
            if (SqlErrors.isFromDatabase(e)) {
                throw SqlErrors.translate(e);
            }
            throw e;
        }
    }

    private static TableIdentifier identifier(TableName name) {
        return TableIdentifier.of(name.tenant().value(), name.table());
    }

    private static FloeException exists(TableName name) {
        return new FloeException(ErrorCode.TABLE_EXISTS, "the table " + name.table() + " exists already")
                .advise("choose another name, or drop the table first");
    }

    static FloeException notFound(TableName name) {
        return new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no table " + name.table())
                .advise("list the tables to see their names");
    }

    private static <K> Cache<K, TableDefinition> definitionCache(Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(DEFINITIONS_MAX)
                .expireAfterWrite(DEFINITIONS_KEPT)
                .ticker(ticker)
                .build();
    }
}
