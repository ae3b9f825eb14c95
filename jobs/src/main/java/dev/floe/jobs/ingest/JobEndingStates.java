package dev.floe.jobs.ingest;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.TableState;
import dev.floe.storage.commit.TableStates;
import java.util.Map;
import java.util.UUID;

/** Ends the job where a table is in trouble, so that it starts again from the tables' offsets. */
final class JobEndingStates implements TableStates {
    @Override
    public Map<UUID, TableState> all() {
        return Map.of();
    }

    @Override
    public void suspend(UUID tableId, long generation, FloeException why) {
        throw why;
    }

    @Override
    public void rewind(UUID tableId, long generation) {
        throw new FloeException(ErrorCode.COMMIT_CONFLICT, "table " + tableId + " is not what its writers took it for");
    }
}
