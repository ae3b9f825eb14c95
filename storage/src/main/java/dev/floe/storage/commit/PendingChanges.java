package dev.floe.storage.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Changes that have not been committed, by table and checkpoint. */
final class PendingChanges {
    private final Map<UUID, TreeMap<Long, List<TableChanges>>> byTable = new TreeMap<>();

    void add(TableChanges changes) {
        byTable.computeIfAbsent(changes.tableId(), id -> new TreeMap<>())
                .computeIfAbsent(changes.checkpointId(), id -> new ArrayList<>())
                .add(changes);
    }

    /** All of it, for a checkpoint. */
    List<TableChanges> all() {
        List<TableChanges> all = new ArrayList<>();
        byTable.values().forEach(checkpoints -> checkpoints.values().forEach(all::addAll));
        return all;
    }

    /** Per table, those of checkpoints up to {@code checkpointId}, the oldest first. */
    Map<UUID, List<TableChanges>> upTo(long checkpointId) {
        Map<UUID, List<TableChanges>> found = new TreeMap<>();
        byTable.forEach((tableId, checkpoints) -> {
            List<TableChanges> changes = new ArrayList<>();
            checkpoints.headMap(checkpointId, true).values().forEach(changes::addAll);
            if (!changes.isEmpty()) {
                found.put(tableId, changes);
            }
        });
        return found;
    }

    /** Lets go of a table's changes of checkpoints up to {@code checkpointId}. */
    void remove(UUID tableId, long checkpointId) {
        TreeMap<Long, List<TableChanges>> checkpoints = byTable.get(tableId);
        if (checkpoints != null) {
            checkpoints.headMap(checkpointId, true).clear();
            if (checkpoints.isEmpty()) {
                byTable.remove(tableId);
            }
        }
    }

    /** Checkpoints of the table that waits longest. */
    int checkpoints() {
        return byTable.values().stream().mapToInt(TreeMap::size).max().orElse(0);
    }
}
