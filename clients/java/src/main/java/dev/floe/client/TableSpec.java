package dev.floe.client;

import java.util.List;
import java.util.Map;

/**
 * What is declared of a table.
 *
 * <p>{@code key} is empty for append tables; {@code buckets} 0 means the server's default; {@code partitionBy} holds
 * transforms as text, such as {@code day(ts)}. {@code version} names the column whose greater value wins among the rows
 * of a key, empty where the newest wins.
 */
public record TableSpec(
        String name,
        TableMode mode,
        List<Column> columns,
        List<String> key,
        int buckets,
        List<String> partitionBy,
        BadRowPolicy badRows,
        Map<String, String> properties,
        String version,
        MissingColumns missing,
        List<TableIndex> indexes) {
    public TableSpec {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        partitionBy = List.copyOf(partitionBy);
        properties = Map.copyOf(properties);
        indexes = List.copyOf(indexes);
    }

    /** A table in which the newest row of a key wins whole, without secondary indexes. */
    public TableSpec(
            String name,
            TableMode mode,
            List<Column> columns,
            List<String> key,
            int buckets,
            List<String> partitionBy,
            BadRowPolicy badRows,
            Map<String, String> properties) {
        this(name, mode, columns, key, buckets, partitionBy, badRows, properties, "", MissingColumns.NULL, List.of());
    }

    /** An append table with the server's defaults. */
    public static TableSpec append(String name, List<Column> columns) {
        return new TableSpec(name, TableMode.APPEND, columns, List.of(), 0, List.of(), BadRowPolicy.REJECT, Map.of());
    }

    /** An upsert table with the server's defaults. */
    public static TableSpec upsert(String name, List<Column> columns, List<String> key) {
        return new TableSpec(name, TableMode.UPSERT, columns, key, 0, List.of(), BadRowPolicy.REJECT, Map.of());
    }

    public TableSpec withBuckets(int count) {
        return new TableSpec(
                name, mode, columns, key, count, partitionBy, badRows, properties, version, missing, indexes);
    }

    public TableSpec withPartitionBy(List<String> transforms) {
        return new TableSpec(
                name, mode, columns, key, buckets, transforms, badRows, properties, version, missing, indexes);
    }

    public TableSpec withBadRows(BadRowPolicy policy) {
        return new TableSpec(
                name, mode, columns, key, buckets, partitionBy, policy, properties, version, missing, indexes);
    }

    public TableSpec withVersion(String column) {
        return new TableSpec(
                name, mode, columns, key, buckets, partitionBy, badRows, properties, column, missing, indexes);
    }

    public TableSpec withMissing(MissingColumns rule) {
        return new TableSpec(
                name, mode, columns, key, buckets, partitionBy, badRows, properties, version, rule, indexes);
    }

    public TableSpec withProperties(Map<String, String> values) {
        return new TableSpec(
                name, mode, columns, key, buckets, partitionBy, badRows, values, version, missing, indexes);
    }

    public TableSpec withIndexes(List<TableIndex> declared) {
        return new TableSpec(
                name, mode, columns, key, buckets, partitionBy, badRows, properties, version, missing, declared);
    }
}
