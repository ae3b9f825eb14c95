package dev.floe.gateway;

import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** Tables in memory, without Iceberg tables behind them. */
public final class FakeTables implements Tables {
    /** Columns of the tables: id long required, name string required, score double. */
    public static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "score", Types.DoubleType.get()));

    private final Map<TableName, TableDefinition> tables = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> older = new ConcurrentHashMap<>();
    private volatile boolean broken;

    /** Has an append table {@code events}, an upsert table {@code users} by id, and the strict {@code ledger}. */
    public FakeTables() {
        add("events", TableMode.APPEND, List.of(), BadRowPolicy.REJECT);
        add("users", TableMode.UPSERT, List.of("id"), BadRowPolicy.REJECT);
        add("ledger", TableMode.UPSERT, List.of("id"), BadRowPolicy.REJECT_BATCH);
    }

    /** Makes version 2 of every table current; version 1 lacks score. */
    public void evolve() {
        older.put(1, SCHEMA.select("id", "name"));
        tables.replaceAll((name, table) -> new TableDefinition(
                table.id(),
                table.name(),
                table.mode(),
                table.schema(),
                2,
                table.key(),
                table.buckets(),
                table.partitionBy(),
                table.badRows(),
                table.properties(),
                table.createdAt()));
    }

    public TableDefinition get(String table) {
        return find(TableName.of("default", table)).orElseThrow();
    }

    /** Adds an append table to another tenant. */
    public void addTo(TenantName tenant, String table) {
        add(new TableName(tenant, table), TableMode.APPEND, List.of(), BadRowPolicy.REJECT);
    }

    /** Whether looking for a table fails with what no code names. */
    public void breakDown(boolean isBroken) {
        broken = isBroken;
    }

    private void add(String table, TableMode mode, List<String> key, BadRowPolicy badRows) {
        add(TableName.of("default", table), mode, key, badRows);
    }

    private void add(TableName name, TableMode mode, List<String> key, BadRowPolicy badRows) {
        UUID id = UUID.nameUUIDFromBytes(name.table().getBytes(StandardCharsets.UTF_8));
        tables.put(
                name,
                new TableDefinition(id, name, mode, SCHEMA, 1, key, 4, List.of(), badRows, Map.of(), Instant.EPOCH));
    }

    @Override
    public Optional<TableDefinition> find(TableName name) {
        if (broken) {
            throw new IllegalStateException("the tables are broken");
        }
        return Optional.ofNullable(tables.get(name));
    }

    @Override
    public Optional<TableDefinition> find(UUID tableId) {
        return tables.values().stream()
                .filter(table -> table.id().equals(tableId))
                .findFirst();
    }

    @Override
    public Schema schemaAt(UUID tableId, int schemaVersion) {
        Schema schema = older.get(schemaVersion);
        if (schema == null) {
            throw new FloeException(ErrorCode.SCHEMA_VERSION_MISMATCH, "no version " + schemaVersion);
        }
        return schema;
    }

    @Override
    public List<TableDefinition> list(TenantName tenant) {
        return tables.values().stream()
                .filter(table -> table.name().tenant().equals(tenant))
                .toList();
    }

    @Override
    public List<TableDefinition> listAll() {
        return List.copyOf(tables.values());
    }

    @Override
    public TableDefinition alter(TableName name, int expectedVersion, List<ColumnChange> changes) {
        throw new UnsupportedOperationException("the gateway alters no tables");
    }

    @Override
    public Optional<TableDefinition> findNewest(TableName name) {
        return find(name);
    }

    @Override
    public TableDefinition create(TableDeclaration declaration) {
        throw new UnsupportedOperationException("the gateway creates no tables");
    }

    @Override
    public boolean drop(TableName name) {
        return tables.remove(name) != null;
    }

    @Override
    public Table iceberg(TableName name) {
        throw new FloeException(ErrorCode.TABLE_NOT_FOUND, "there are no Iceberg tables here");
    }
}
