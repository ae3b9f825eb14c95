package dev.floe.gateway.stream;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.util.concurrent.CompletableFuture;

/**
 * Finds streams by the names that callers of a tenant give them.
 *
 * <p>A tenant whose tables have {@code tenantStreamsMax} streams gets no new one, and goes on with those it has; so no
 * tenant uses up what all have room for. A stream of a dropped table counts for all alone, until it is forgotten.
 */
public final class OpenStreams {
    private static final int TENANT_STREAMS_MAX = 100_000;

    private final Tables tables;
    private final StreamLog log;
    private final int tenantStreamsMax;

    /** A stream that the caller writes from now on. */
    public record Opened(StreamSession session, int schemaVersion) {}

    /** A stream as it is. */
    public record Found(StreamPosition position, TableDefinition table) {}

    public OpenStreams(Tables tables, StreamLog log) {
        this(tables, log, TENANT_STREAMS_MAX);
    }

    OpenStreams(Tables tables, StreamLog log, int tenantStreamsMax) {
        this.tables = tables;
        this.log = log;
        this.tenantStreamsMax = tenantStreamsMax;
    }

    /** See {@link StreamSession#open}; throws TABLE_NOT_FOUND, INVALID_ARGUMENT or OVERLOADED. */
    public CompletableFuture<Opened> open(Principal principal, String table, String stream, long epoch) {
        TableDefinition definition = table(principal, table);
        StreamName name = new StreamName(definition.id(), stream);
        // one that is known takes no more room
        if (log.claimed(name) == 0) {
            requireRoom(definition.name().tenant());
        }
        return StreamSession.open(log, name, epoch)
                .thenApply(session -> new Opened(session, definition.schemaVersion()));
    }

    /** Throws TABLE_NOT_FOUND or INVALID_ARGUMENT. */
    public CompletableFuture<Found> find(Principal principal, String table, String stream) {
        TableDefinition definition = table(principal, table);
        return log.position(new StreamName(definition.id(), stream))
                .thenApply(position -> new Found(position, definition));
    }

    private void requireRoom(TenantName tenant) {
        // few streams in all spare the catalog the question whose they are
        if (log.streamCount() < tenantStreamsMax) {
            return;
        }
        long streams = tables.list(tenant).stream()
                .mapToLong(table -> log.streamCount(table.id()))
                .sum();
        if (streams >= tenantStreamsMax) {
            throw StreamRecords.tooMany(
                    "the tenant's tables have " + streams + " streams already, " + tenantStreamsMax + " are allowed");
        }
    }

    private TableDefinition table(Principal principal, String name) {
        if (name.isEmpty()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the request names no table")
                    .at("table")
                    .advise("name the table together with the stream");
        }
        return tables.find(new TableName(principal.tenant(), name))
                .orElseThrow(() -> new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no table '" + name + "'")
                        .advise("list the tables to see their names, or create it"));
    }
}
