package dev.floe.catalog.table;

import dev.floe.core.name.TableName;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.write.TableLayout;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;

/**
 * A table as the catalog has it, at one schema version.
 *
 * <p>{@code schema} carries Iceberg field ids, the same as in the Iceberg table; {@code schemaVersion} counts from 1.
 */
public record TableDefinition(
        UUID id,
        TableName name,
        TableMode mode,
        Schema schema,
        int schemaVersion,
        List<String> key,
        int buckets,
        List<String> partitionBy,
        BadRowPolicy badRows,
        Map<String, String> properties,
        Instant createdAt,
        UpsertRules upserts,
        List<TableIndex> indexes) {
    public TableDefinition {
        key = List.copyOf(key);
        partitionBy = List.copyOf(partitionBy);
        properties = Map.copyOf(properties);
        indexes = List.copyOf(indexes);
    }

    /** A table in which the newest row of a key wins whole, without secondary indexes. */
    public TableDefinition(
            UUID id,
            TableName name,
            TableMode mode,
            Schema schema,
            int schemaVersion,
            List<String> key,
            int buckets,
            List<String> partitionBy,
            BadRowPolicy badRows,
            Map<String, String> properties,
            Instant createdAt) {
        this(
                id,
                name,
                mode,
                schema,
                schemaVersion,
                key,
                buckets,
                partitionBy,
                badRows,
                properties,
                createdAt,
                UpsertRules.NEWEST,
                List.of());
    }

    /** Field ids of the key columns, in the key's order. */
    public List<Integer> keyFieldIds() {
        return key.stream().map(column -> schema.findField(column).fieldId()).toList();
    }

    /** The same table with other columns; names elsewhere in the definition follow the columns they name. */
    public TableDefinition withSchema(Schema changed, int version) {
        return new TableDefinition(
                id,
                name,
                mode,
                changed,
                version,
                keyFieldIds().stream().map(changed::findColumnName).toList(),
                buckets,
                Partitioning.renamed(partitionBy, schema, changed),
                badRows,
                properties,
                createdAt,
                new UpsertRules(
                        upserts.hasVersion() ? changed.findColumnName(versionFieldId()) : "", upserts.missing()),
                indexes);
    }

    /** The same table with other secondary indexes. */
    public TableDefinition withIndexes(List<TableIndex> changed) {
        return new TableDefinition(
                id,
                name,
                mode,
                schema,
                schemaVersion,
                key,
                buckets,
                partitionBy,
                badRows,
                properties,
                createdAt,
                upserts,
                changed);
    }

    /** What names the secondary indexes to the parts that write and read files. */
    public List<IndexFields> indexFields() {
        return indexes.stream().map(TableIndex::fields).toList();
    }

    /** Field id of the column that orders the rows of a key; 0 where there is none. */
    public int versionFieldId() {
        return upserts.hasVersion() ? schema.findField(upserts.version()).fieldId() : 0;
    }

    public TableLayout layout() {
        return new TableLayout(id, keyFieldIds(), buckets, versionFieldId(), upserts.missing() == MissingColumns.KEEP);
    }
}
