package dev.floe.client;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A table as the catalog has it.
 *
 * <p>State, compaction and maintenance are absent in listings, the suspension where the table is written, the
 * compaction where nobody ever asked anything of it, and the maintenance before the first.
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
        Optional<TableMaintenance> maintenance) {}
