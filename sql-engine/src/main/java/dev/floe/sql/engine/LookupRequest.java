package dev.floe.sql.engine;

import dev.floe.storage.column.ColumnBatch;
import java.time.Duration;
import java.util.List;

/**
 * Keys to look up in an upsert table of the caller's tenant.
 *
 * <p>{@code keys} holds the key columns by field id; {@code columns} names those wanted, empty for all;
 * {@code waitMax} bounds the wait for a token.
 */
public record LookupRequest(String table, ColumnBatch keys, List<String> columns, ReadCut cut, Duration waitMax) {
    public LookupRequest {
        columns = List.copyOf(columns);
    }
}
