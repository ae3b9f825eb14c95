package dev.floe.sqlgateway;

import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableIndex;
import dev.floe.catalog.table.TableMode;
import dev.floe.catalog.table.Tables;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.storage.sidecar.IndexFields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** Definitions in memory: {@code events}, {@code routes} keyed by origin and number, and another tenant's. */
public final class MemoryTables implements Tables {
    private final Map<TableName, TableDefinition> tables = new TreeMap<>();

    public MemoryTables() {
        add("default", "events", TableMode.APPEND, List.of(), everyType());
        add("default", "routes", TableMode.UPSERT, List.of("origin", "number"), routes());
        add(
                "other",
                "secrets",
                TableMode.UPSERT,
                List.of("id"),
                new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));
    }

    /** A column of each type. */
    public static Schema everyType() {
        return new Schema(
                Types.NestedField.required(1, "flag", Types.BooleanType.get()),
                Types.NestedField.optional(2, "small", Types.IntegerType.get()),
                Types.NestedField.optional(3, "big", Types.LongType.get()),
                Types.NestedField.optional(4, "narrow", Types.FloatType.get()),
                Types.NestedField.optional(5, "wide", Types.DoubleType.get()),
                Types.NestedField.optional(6, "price", Types.DecimalType.of(10, 2)),
                Types.NestedField.optional(7, "huge", Types.DecimalType.of(38, 3)),
                Types.NestedField.optional(8, "name", Types.StringType.get()),
                Types.NestedField.optional(9, "bytes", Types.BinaryType.get()),
                Types.NestedField.optional(10, "id", Types.UUIDType.get()),
                Types.NestedField.optional(11, "day", Types.DateType.get()),
                Types.NestedField.optional(12, "clock", Types.TimeType.get()),
                Types.NestedField.optional(13, "local", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(14, "instant", Types.TimestampType.withZone()),
                Types.NestedField.optional(15, "tags", Types.ListType.ofOptional(16, Types.StringType.get())),
                Types.NestedField.optional(
                        17, "counts", Types.MapType.ofOptional(18, 19, Types.StringType.get(), Types.LongType.get())),
                Types.NestedField.optional(
                        20,
                        "place",
                        Types.StructType.of(
                                Types.NestedField.optional(21, "zip", Types.StringType.get()),
                                Types.NestedField.optional(22, "since", Types.TimestampType.withoutZone()))));
    }

    private static Schema routes() {
        return new Schema(
                Types.NestedField.required(1, "origin", Types.StringType.get()),
                Types.NestedField.required(2, "number", Types.LongType.get()),
                Types.NestedField.optional(3, "delay", Types.IntegerType.get()));
    }

    private void add(String tenant, String table, TableMode mode, List<String> key, Schema schema) {
        TableName name = TableName.of(tenant, table);
        UUID id = UUID.nameUUIDFromBytes(name.toString().getBytes(StandardCharsets.UTF_8));
        tables.put(
                name,
                indexed(new TableDefinition(
                        id, name, mode, schema, 1, key, 4, List.of(), BadRowPolicy.REJECT, Map.of(), Instant.EPOCH)));
    }

    private static TableDefinition indexed(TableDefinition table) {
        return table.mode() == TableMode.APPEND || table.name().table().equals("secrets")
                ? table
                : table.withIndexes(List.of(
                        new TableIndex("by_delay", IndexFields.of(3)),
                        new TableIndex("by_number_and_delay", IndexFields.of(2, 3))));
    }

    @Override
    public Optional<TableDefinition> find(TableName name) {
        return Optional.ofNullable(tables.get(name));
    }

    @Override
    public Optional<TableDefinition> find(UUID tableId) {
        return tables.values().stream()
                .filter(table -> table.id().equals(tableId))
                .findFirst();
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
    public Schema schemaAt(UUID tableId, int schemaVersion) {
        return find(tableId).orElseThrow().schema();
    }

    @Override
    public TableDefinition alter(TableName name, int expectedVersion, List<ColumnChange> changes) {
        throw new UnsupportedOperationException("query servers alter no tables");
    }

    @Override
    public Optional<TableDefinition> findNewest(TableName name) {
        return find(name);
    }

    @Override
    public TableDefinition create(TableDeclaration declaration) {
        throw new UnsupportedOperationException("query servers create no tables");
    }

    @Override
    public boolean drop(TableName name) {
        throw new UnsupportedOperationException("query servers drop no tables");
    }

    @Override
    public Table iceberg(TableName name) {
        throw new UnsupportedOperationException("query servers read no Iceberg tables");
    }
}
