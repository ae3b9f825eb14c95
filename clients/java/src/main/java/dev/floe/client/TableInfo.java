package dev.floe.client;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A table as the catalog has it; the state is absent in listings, the suspension where the table is written. */
public record TableInfo(
        String tenant,
        TableSpec spec,
        UUID id,
        int schemaVersion,
        Instant createdAt,
        Optional<TableState> state,
        Optional<TableSuspension> suspension) {}
