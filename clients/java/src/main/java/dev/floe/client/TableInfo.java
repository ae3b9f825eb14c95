package dev.floe.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A table as the catalog has it.
 *
 * <p>Listings have no state, compaction, maintenance and states of indexes. The suspension is absent where the table is
 * written, the compaction where nobody ever asked anything of it, and the maintenance before the first.
 */
public record TableInfo(
        String tenant,
        TableSpec spec,
        UUID id,
        int schemaVersion,
        Instant createdAt,
        Optional<TableState> state,
        Optional<TableSuspension> suspension,
        Optional<TableCompaction> compaction,
        Optional<TableMaintenance> maintenance,
        List<IndexState> indexes) {
    public TableInfo {
        indexes = List.copyOf(indexes);
    }
}
