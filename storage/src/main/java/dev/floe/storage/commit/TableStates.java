package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.Map;
import java.util.UUID;

/** The states of tables, kept where the committer, the writers and people see them; safe for several threads. */
public interface TableStates {
    /** States of all tables but those that are {@link TableState#NORMAL}; throws CATALOG_UNAVAILABLE. */
    Map<UUID, TableState> all();

    /** Suspends a table that is at this generation and active; does nothing where it is not. */
    void suspend(UUID tableId, long generation, FloeException why);

    /** Makes the writers of a table that is at this generation and active begin anew; does nothing where it is not. */
    void rewind(UUID tableId, long generation);

    /**
     * Takes back that a person accepted an error of a table that is at this generation: what was asked for is done, and
     * the next such error is another one. Does nothing where the table is not; throws CATALOG_UNAVAILABLE.
     */
    void acceptanceDone(UUID tableId, long generation, ErrorCode accepted);
}
