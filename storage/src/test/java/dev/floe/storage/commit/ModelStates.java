package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The states of tables as the catalog keeps them, in memory. */
final class ModelStates implements TableStates {
    private final Map<UUID, TableState> states = new HashMap<>();
    private final Map<UUID, ErrorCode> causes = new HashMap<>();
    private long jobGeneration;

    @Override
    public Map<UUID, TableState> all() {
        return Map.copyOf(states);
    }

    @Override
    public void suspend(UUID tableId, long generation, FloeException why) {
        TableState state = of(tableId);
        if (!state.suspended() && state.generation() == generation) {
            states.put(tableId, new TableState(generation, true, Set.of()));
            causes.put(tableId, why.code());
        }
    }

    @Override
    public void rewind(UUID tableId, long generation) {
        TableState state = of(tableId);
        if (!state.suspended() && state.generation() == generation) {
            states.put(tableId, new TableState(generation + 1, false, Set.of()));
            jobGeneration++;
        }
    }

    @Override
    public void acceptanceDone(UUID tableId, long generation, ErrorCode accepted) {
        TableState state = of(tableId);
        if (!state.suspended()
                && state.generation() == generation
                && state.accepted().contains(accepted)) {
            states.put(tableId, new TableState(generation, false, Set.of()));
        }
    }

    /** A job of an earlier one is over, and its checkpoints are void. */
    long jobGeneration() {
        return jobGeneration;
    }

    TableState of(UUID tableId) {
        return states.getOrDefault(tableId, TableState.NORMAL);
    }

    /** Why the table is suspended, or empty where it is not. */
    Optional<ErrorCode> cause(UUID tableId) {
        return of(tableId).suspended() ? Optional.ofNullable(causes.get(tableId)) : Optional.empty();
    }

    /** What a person does after looking at the error. */
    void resume(UUID tableId, Set<ErrorCode> accepted) {
        states.put(tableId, new TableState(of(tableId).generation() + 1, false, accepted));
        jobGeneration++;
    }
}
