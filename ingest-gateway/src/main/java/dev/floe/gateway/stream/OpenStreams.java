package dev.floe.gateway.stream;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import java.util.concurrent.CompletableFuture;

/** Finds streams by the names that callers of a tenant give them. */
public final class OpenStreams {
    private final Tables tables;
    private final StreamLog log;

    /** A stream that the caller writes from now on. */
    public record Opened(StreamSession session, int schemaVersion) {}

    /** A stream as it is. */
    public record Found(StreamPosition position, TableDefinition table) {}

    public OpenStreams(Tables tables, StreamLog log) {
        this.tables = tables;
        this.log = log;
    }

    /** See {@link StreamSession#open}; throws TABLE_NOT_FOUND or INVALID_ARGUMENT. */
    public CompletableFuture<Opened> open(Principal principal, String table, String stream, long epoch) {
        TableDefinition definition = table(principal, table);
        return StreamSession.open(log, new StreamName(definition.id(), stream), epoch)
                .thenApply(session -> new Opened(session, definition.schemaVersion()));
    }

    /** Throws TABLE_NOT_FOUND or INVALID_ARGUMENT. */
    public CompletableFuture<Found> find(Principal principal, String table, String stream) {
        TableDefinition definition = table(principal, table);
        return log.position(new StreamName(definition.id(), stream))
                .thenApply(position -> new Found(position, definition));
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
