package dev.floe.jobs.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Changes that have not been committed, by checkpoint and table. */
final class PendingChanges {
    private final TreeMap<Long, Map<UUID, List<TableChanges>>> byCheckpoint = new TreeMap<>();

    void add(TableChanges changes) {
        byCheckpoint
                .computeIfAbsent(changes.checkpointId(), id -> new TreeMap<>())
                .computeIfAbsent(changes.tableId(), id -> new ArrayList<>())
                .add(changes);
    }

    /** All of it, for a checkpoint. */
    List<TableChanges> all() {
        List<TableChanges> all = new ArrayList<>();
        byCheckpoint.values().forEach(tables -> tables.values().forEach(all::addAll));
        return all;
    }

    /** Those of checkpoints up to {@code checkpointId}, the oldest first. */
    SortedMap<Long, Map<UUID, List<TableChanges>>> upTo(long checkpointId) {
        return new TreeMap<>(byCheckpoint.headMap(checkpointId, true));
    }

    void remove(long checkpointId) {
        byCheckpoint.remove(checkpointId);
    }

    int checkpoints() {
        return byCheckpoint.size();
    }
}
