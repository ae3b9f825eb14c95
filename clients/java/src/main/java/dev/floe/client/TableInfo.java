package dev.floe.client;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A table as the catalog has it.
 *
 * <p>State and compaction are absent in listings, the suspension where the table is written, and the compaction where
 * nobody ever asked anything of it.
 */
public record TableInfo(
        String tenant,
        TableSpec spec,
        UUID id,
        int schemaVersion,
        Instant createdAt,
        Optional<TableState> state,
        Optional<TableSuspension> suspension,
        Optional<TableCompaction> compaction) {}
