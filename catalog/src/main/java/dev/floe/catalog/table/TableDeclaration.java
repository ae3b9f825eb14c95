package dev.floe.catalog.table;

import dev.floe.core.name.TableName;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types;

/**
 * What a user declares of a table; field ids in {@code columns} are placeholders, the catalog assigns them.
 *
 * <p>{@code key} names columns, empty for append tables. {@code buckets} 0 means the default. {@code partitionBy}
 * holds Iceberg transforms as text, such as {@code day(ts)}.
 */
public record TableDeclaration(
        TableName name,
        TableMode mode,
        List<Types.NestedField> columns,
        List<String> key,
        int buckets,
        List<String> partitionBy,
        BadRowPolicy badRows,
        Map<String, String> properties,
        UpsertRules upserts,
        List<DeclaredIndex> indexes) {
    public TableDeclaration {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        partitionBy = List.copyOf(partitionBy);
        properties = Map.copyOf(properties);
        indexes = List.copyOf(indexes);
    }

    /** A table in which the newest row of a key wins whole, without secondary indexes. */
    public TableDeclaration(
            TableName name,
            TableMode mode,
            List<Types.NestedField> columns,
            List<String> key,
            int buckets,
            List<String> partitionBy,
            BadRowPolicy badRows,
            Map<String, String> properties) {
        this(name, mode, columns, key, buckets, partitionBy, badRows, properties, UpsertRules.NEWEST, List.of());
    }

    public TableDeclaration withUpserts(UpsertRules rules) {
        return new TableDeclaration(
                name, mode, columns, key, buckets, partitionBy, badRows, properties, rules, indexes);
    }

    public TableDeclaration withIndexes(List<DeclaredIndex> declared) {
        return new TableDeclaration(
                name, mode, columns, key, buckets, partitionBy, badRows, properties, upserts, declared);
    }
}
