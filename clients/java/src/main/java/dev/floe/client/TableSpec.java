package dev.floe.client;

import java.util.List;
import java.util.Map;

/**
 * What is declared of a table.
 *
 * <p>{@code key} is empty for append tables; {@code buckets} 0 means the server's default; {@code partitionBy} holds
 * transforms as text, such as {@code day(ts)}.
 */
public record TableSpec(
        String name,
        TableMode mode,
        List<Column> columns,
        List<String> key,
        int buckets,
        List<String> partitionBy,
        BadRowPolicy badRows,
        Map<String, String> properties) {
    public TableSpec {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        partitionBy = List.copyOf(partitionBy);
        properties = Map.copyOf(properties);
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
        return new TableSpec(name, mode, columns, key, count, partitionBy, badRows, properties);
    }

    public TableSpec withPartitionBy(List<String> transforms) {
        return new TableSpec(name, mode, columns, key, buckets, transforms, badRows, properties);
    }

    public TableSpec withBadRows(BadRowPolicy policy) {
        return new TableSpec(name, mode, columns, key, buckets, partitionBy, policy, properties);
    }

    public TableSpec withProperties(Map<String, String> values) {
        return new TableSpec(name, mode, columns, key, buckets, partitionBy, badRows, values);
    }
}
