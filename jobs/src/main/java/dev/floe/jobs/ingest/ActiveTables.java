package dev.floe.jobs.ingest;

import dev.floe.catalog.table.TableSuspensions;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.core.error.Interruption;
import dev.floe.storage.commit.TableState;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which tables the writers of this run may write.
 *
 * <p>A table that is suspended, or whose generation is another than at the start, is left alone until the job begins
 * anew; its entries stay in the log.
 */
final class ActiveTables {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveTables.class);

    private final TableSuspensions suspensions;
    private final Map<UUID, TableState> atStart;
    private Map<UUID, TableState> now;

    ActiveTables(TableSuspensions suspensions) {
        this.suspensions = suspensions;
        this.atStart = suspensions.all();
        this.now = atStart;
    }

    /** Looks again; keeps what it knew where the catalog is away. */
    void refresh() {
        try {
            now = new HashMap<>(suspensions.all());
        } catch (FloeException e) {
            LOG.warn("the tables' states can't be read: code={} {}", e.code(), e.message());
        }
    }

    boolean isActive(UUID tableId) {
        TableState state = now.getOrDefault(tableId, TableState.NORMAL);
        return !state.suspended() && state.generation() == generation(tableId);
    }

    /** The generation of this run's writers. */
    long generation(UUID tableId) {
        return atStart.getOrDefault(tableId, TableState.NORMAL).generation();
    }

    /** True where a person decided to live with an error of the table. */
    boolean accepts(UUID tableId, ErrorCode error) {
        return atStart.getOrDefault(tableId, TableState.NORMAL).accepted().contains(error);
    }

    /** True where that was not done yet when the states were looked at last. */
    boolean awaits(UUID tableId, ErrorCode accepted) {
        return now.getOrDefault(tableId, TableState.NORMAL).accepted().contains(accepted);
    }

    /** True for errors of a table's own, which starting again does not mend. */
    static boolean isToBlameFor(FloeException e) {
        return e.code() == ErrorCode.TABLE_NOT_FOUND
                || (e.code().kind() == ErrorKind.INTERNAL && e.code() != ErrorCode.COMMIT_CONFLICT);
    }

    /** Throws the error on where the thread met it because its task is to stop: the table is not to blame. */
    void suspend(UUID tableId, FloeException why) {
        if (Interruption.isBehind(why)) {
            throw why;
        }
        LOG.error("table suspended: tableId={} code={} {}", tableId, why.code(), why.message(), why);
        suspensions.suspend(tableId, generation(tableId), why);
        refresh();
    }
}
