package dev.floe.catalog.table;

import dev.floe.core.error.ErrorCode;
import dev.floe.storage.commit.TableStates;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Which tables the job leaves alone until a person resumes them. Methods may throw CATALOG_UNAVAILABLE.
 *
 * <p>Each rewind and each resume raises the job's generation in the same transaction: what a job of an earlier one
 * remembers of the log is void, and it starts again at the tables' offsets.
 */
public interface TableSuspensions extends TableStates {
    /** The table's suspension, or empty where it is written. */
    Optional<Suspension> find(UUID tableId);

    /** Every suspension. */
    Map<UUID, Suspension> suspended();

    /** Lets the job write the table again; {@code accepted} is what to live with. False where it is not suspended. */
    boolean resume(UUID tableId, Optional<ErrorCode> accepted);

    /** Raises the job's generation: the log no longer has what a job may remember of it. */
    void beginAnew();

    /** The generation of job that may use a checkpoint. */
    long jobGeneration();
}
