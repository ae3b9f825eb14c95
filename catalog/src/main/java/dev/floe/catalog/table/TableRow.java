package dev.floe.catalog.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.core.name.TableName;
import dev.floe.storage.sidecar.IndexFields;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;

/** A table's row in the database, without its schema versions. */
record TableRow(
        UUID id,
        TableName name,
        TableMode mode,
        List<String> key,
        int buckets,
        List<String> partitionBy,
        BadRowPolicy badRows,
        Map<String, String> properties,
        Instant createdAt,
        UpsertRules upserts,
        List<TableIndex> indexes) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<List<StoredIndex>> INDEXES = new TypeReference<>() {};
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TEXT_MAP = new TypeReference<>() {};
    private static final String SELECT = """
            SELECT t.id, t.tenant, t.name, t.mode, t.key_columns, t.buckets, t.partition_by, t.bad_rows, t.properties,
                t.created_at, t.version_column, t.missing_columns, v.version, v.schema_json, t.indexes
            FROM tables t JOIN table_versions v ON v.table_id = t.id
                AND v.version = (SELECT MAX(w.version) FROM table_versions w WHERE w.table_id = t.id)
            """;

    /** An index as the row has it. */
    private record StoredIndex(String name, List<Integer> fields) {}

    static TableRow of(UUID id, TableDeclaration declaration, List<TableIndex> indexes, Instant now) {
        return new TableRow(
                id,
                declaration.name(),
                declaration.mode(),
                declaration.key(),
                TableRules.bucketsOf(declaration),
                declaration.partitionBy(),
                declaration.badRows(),
                declaration.properties(),
                now.truncatedTo(ChronoUnit.MICROS),
                declaration.upserts(),
                indexes);
    }

    TableDefinition definition(Schema schema, int version) {
        return new TableDefinition(
                id,
                name,
                mode,
                schema,
                version,
                key,
                buckets,
                partitionBy,
                badRows,
                properties,
                createdAt,
                upserts,
                indexes);
    }

    /** False where the tenant has a table of the name. */
    boolean insert(Connection connection) throws SQLException {
        int inserted = Sql.update(
                connection,
                """
                INSERT INTO tables (id, tenant, name, mode, key_columns, buckets, partition_by, bad_rows, properties,
                    created_at, version_column, missing_columns, indexes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                id.toString(),
                name.tenant().value(),
                name.table(),
                mode.name(),
                json(key),
                buckets,
                json(partitionBy),
                badRows.name(),
                json(new TreeMap<>(properties)),
                Micros.of(createdAt),
                upserts.version(),
                upserts.missing().name(),
                json(stored(indexes)));
        return inserted == 1;
    }

    static void insertVersion(Connection connection, UUID id, int version, Schema schema, Instant now)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO table_versions (table_id, version, schema_json, created_at) VALUES (?, ?, ?, ?)",
                id.toString(),
                version,
                SchemaParser.toJson(schema),
                Micros.of(now));
    }

    /** Names of columns in a table's row, after some were renamed. */
    static void updateNames(Connection connection, TableDefinition table) throws SQLException {
        Sql.update(
                connection,
                "UPDATE tables SET key_columns = ?, partition_by = ?, version_column = ? WHERE id = ?",
                json(table.key()),
                json(table.partitionBy()),
                table.upserts().version(),
                table.id().toString());
    }

    static void updateIndexes(Connection connection, TableDefinition table, Instant now) throws SQLException {
        Sql.update(
                connection,
                "UPDATE tables SET indexes = ? WHERE id = ?",
                json(stored(table.indexes())),
                table.id().toString());
        SqlTableIndexes.declare(connection, table.id(), table.indexes(), now);
    }

    private static List<StoredIndex> stored(List<TableIndex> indexes) {
        return indexes.stream()
                .map(index -> new StoredIndex(index.name(), index.fields().ids()))
                .toList();
    }

    /** The table at its newest version; waits for transactions that change it, and holds off others until the end. */
    static Optional<TableDefinition> lock(Connection connection, TableName name) throws SQLException {
        Sql.update(
                connection,
                "UPDATE tables SET name = name WHERE tenant = ? AND name = ?",
                name.tenant().value(),
                name.table());
        return list(
                        connection,
                        "WHERE t.tenant = ? AND t.name = ?",
                        name.tenant().value(),
                        name.table())
                .stream()
                .findFirst();
    }

    /** Tables at their newest version, by name. */
    static List<TableDefinition> list(Connection connection, String where, Object... parameters) throws SQLException {
        return Sql.list(connection, TableRow::read, SELECT + where + " ORDER BY t.tenant, t.name", parameters);
    }

    private static TableDefinition read(ResultSet row) throws SQLException {
        TableRow table = new TableRow(
                UUID.fromString(row.getString(1)),
                TableName.of(row.getString(2), row.getString(3)),
                TableMode.valueOf(row.getString(4)),
                parse(row.getString(5), TEXTS),
                row.getInt(6),
                parse(row.getString(7), TEXTS),
                BadRowPolicy.valueOf(row.getString(8)),
                parse(row.getString(9), TEXT_MAP),
                Micros.instant(row.getLong(10)),
                new UpsertRules(row.getString(11), MissingColumns.valueOf(row.getString(12))),
                parse(row.getString(15), INDEXES).stream()
                        .map(index -> new TableIndex(index.name(), new IndexFields(index.fields())))
                        .toList());
        return table.definition(SchemaParser.fromJson(row.getString(14)), row.getInt(13));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("lists and maps of text are always JSON", e);
        }
    }

    private static <T> T parse(String text, TypeReference<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the catalog's database holds broken JSON: " + text, e);
        }
    }
}
