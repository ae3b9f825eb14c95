package dev.floe.catalog.table;

import java.time.Instant;
import java.util.UUID;

/**
 * What the job needs to know to tell whether a table's maintenance is due.
 *
 * @param request number of the one that a person asked for and that did not end; 0 where there is none
 * @param dry the request is to change nothing
 * @param ranAt when it ran by itself last
 * @param orphansAt when it looked for orphans then; both long ago where it never did
 */
public record MaintenanceOrder(UUID tableId, long request, boolean dry, Instant ranAt, Instant orphansAt) {}
