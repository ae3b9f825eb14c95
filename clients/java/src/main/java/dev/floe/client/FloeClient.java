package dev.floe.client;

import dev.floe.client.rpc.GrpcFloeClient;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Connection to a Floe installation with one API key; safe for use by several threads.
 *
 * <p>Every failure is a {@link dev.floe.core.error.FloeException} with the server's code; a server that can't be
 * reached is SERVER_UNREACHABLE. Values of rows are Java's own: see {@link ColumnType}.
 */
public interface FloeClient extends AutoCloseable {
    /** Connects lazily: the first call opens the connection. */
    static FloeClient connect(ClientSettings settings) {
        return GrpcFloeClient.open(settings);
    }

    /** Connects lazily, in plaintext, to a server that has all services. */
    static FloeClient connect(String target, String apiKey) {
        return connect(ClientSettings.of(target, apiKey));
    }

    /** Opens an append stream to a table. */
    TableWriter writer(String table, WriterSettings settings);

    default TableWriter writer(String table) {
        return writer(table, WriterSettings.defaults());
    }

    /** Writes one batch and waits for its ack. */
    Ack write(String table, Batch batch, Operation operation);

    /** Starts a query; the result must be read to its end or closed. */
    QueryRows query(Query query);

    /** Starts a query of the latest rows. */
    default QueryRows query(String sql, @Nullable Object... parameters) {
        return query(Query.of(sql, parameters));
    }

    /** Rows of an upsert table by key, in the keys' order; empty where there is none. */
    List<Optional<Row>> get(KeyLookup lookup);

    /** Asks each service's endpoint whether it serves; needs no key, and never throws for one that is away. */
    List<ServiceHealth> health();

    /** Calls to the catalog: tables, tenants, keys. */
    CatalogClient catalog();

    @Override
    void close();
}
