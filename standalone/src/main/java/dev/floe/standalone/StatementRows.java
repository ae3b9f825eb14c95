package dev.floe.standalone;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.write.LocalWriter;
import dev.floe.gateway.write.Stored;
import dev.floe.sql.engine.RowSink;
import dev.floe.storage.column.ColumnBatch;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Leads rows of SQL statements to this process's ingest gateway, once there is one. */
final class StatementRows implements RowSink {
    /** Longer than the log tries an entry, so that its own error comes first. */
    private static final Duration STORED_MAX = Duration.ofMinutes(2);

    private volatile @Nullable LocalWriter writer;

    void writeTo(LocalWriter gateway) {
        writer = gateway;
    }

    @Override
    public void store(Principal principal, TableDefinition table, ColumnBatch rows) {
        LocalWriter gateway = writer;
        if (gateway == null) {
            throw new FloeException(ErrorCode.LOG_UNAVAILABLE, "the server is starting").retryAfter(1_000);
        }
        Stored stored = durable(gateway, principal, table, rows);
        if (stored.rowsRefused() > 0) {
            FloeException first = stored.rowErrors().get(0);
            throw new FloeException(
                            first.code(),
                            first.message() + " (" + stored.rowsRefused() + " of " + stored.rows()
                                    + " rows refused, the others are stored)",
                            first)
                    .at(first.fieldPath())
                    .inRow(first.row())
                    .advise(first.action());
        }
    }

    private static Stored durable(LocalWriter gateway, Principal principal, TableDefinition table, ColumnBatch rows) {
        try {
            return gateway.write(principal, table, rows).get(STORED_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.OUTCOME_UNKNOWN, "interrupted while rows were being stored", e)
                    .advise("look whether they are there before sending them again");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FloeException refused) {
                throw refused;
            }
            throw new FloeException(ErrorCode.DEFECT, "rows could not be stored", e.getCause());
        } catch (TimeoutException e) {
            throw new FloeException(ErrorCode.OUTCOME_UNKNOWN, "rows were not stored within " + STORED_MAX, e)
                    .advise("look whether they are there before sending them again");
        }
    }
}
