package dev.floe.client;

import java.util.List;

/** Keys to look up in an upsert table; {@code columns} names those wanted, empty for all. */
public record KeyLookup(
        String table, List<String> keyColumns, List<Object[]> keys, List<String> columns, ReadAt readAt) {
    public KeyLookup {
        keyColumns = List.copyOf(keyColumns);
        keys = List.copyOf(keys);
        columns = List.copyOf(columns);
    }

    /** All columns of the latest rows. */
    public static KeyLookup of(String table, List<String> keyColumns, List<Object[]> keys) {
        return new KeyLookup(table, keyColumns, keys, List.of(), new ReadAt.Latest());
    }
}
