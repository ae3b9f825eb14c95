package dev.floe.client;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its parameters and limits.
 *
 * <p>{@code rowLimit} and {@code batchRows} 0 leave the choice to the server.
 */
public record Query(String sql, List<@Nullable Object> parameters, ReadAt readAt, long rowLimit, int batchRows) {
    public Query {
        parameters = Collections.unmodifiableList(Arrays.asList(parameters.toArray()));
    }

    /** A query of the latest rows. */
    public static Query of(String sql, @Nullable Object... parameters) {
        return new Query(sql, Arrays.asList(parameters), new ReadAt.Latest(), 0, 0);
    }

    public Query at(ReadAt cut) {
        return new Query(sql, parameters, cut, rowLimit, batchRows);
    }

    public Query withRowLimit(long rows) {
        return new Query(sql, parameters, readAt, rows, batchRows);
    }
}
