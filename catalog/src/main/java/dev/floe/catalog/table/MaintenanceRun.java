package dev.floe.catalog.table;

import dev.floe.storage.maintain.MaintenanceFigures;
import java.time.Instant;
import java.util.Optional;

/**
 * A table's maintenance, once.
 *
 * @param request counts those that people asked for; 0 where it ran by itself
 * @param dry it counts what would go, and changes nothing
 * @param begunAt of one that a person asked for: when
 * @param endedAt empty until it ended
 * @param step what it does, or did last; empty where it waits
 * @param error empty where nothing failed
 */
public record MaintenanceRun(
        long request,
        boolean dry,
        Instant begunAt,
        Optional<Instant> endedAt,
        String step,
        MaintenanceFigures figures,
        String error) {}
