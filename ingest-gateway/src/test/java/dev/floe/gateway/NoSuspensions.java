package dev.floe.gateway;

import dev.floe.catalog.table.Suspension;
import dev.floe.catalog.table.TableSuspensions;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.commit.TableState;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Tables that are never suspended. */
final class NoSuspensions implements TableSuspensions {
    @Override
    public Map<UUID, TableState> all() {
        return Map.of();
    }

    @Override
    public void suspend(UUID tableId, long generation, FloeException why) {
        throw new UnsupportedOperationException("nothing suspends tables here");
    }

    @Override
    public void rewind(UUID tableId, long generation) {
        throw new UnsupportedOperationException("nothing rewinds tables here");
    }

    @Override
    public void acceptanceDone(UUID tableId, long generation, ErrorCode accepted) {
        throw new UnsupportedOperationException("nothing is accepted here");
    }

    @Override
    public Optional<Suspension> find(UUID tableId) {
        return Optional.empty();
    }

    @Override
    public Map<UUID, Suspension> suspended() {
        return Map.of();
    }

    @Override
    public boolean resume(UUID tableId, Optional<ErrorCode> accepted) {
        return false;
    }

    @Override
    public void beginAnew() {
        throw new UnsupportedOperationException("there is no job here");
    }

    @Override
    public long jobGeneration() {
        return 0;
    }
}
