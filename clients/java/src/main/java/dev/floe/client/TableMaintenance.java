package dev.floe.client;

import java.time.Instant;
import java.util.Optional;

/** A table's newest maintenance that somebody asked for, and its newest that ran by itself. */
public record TableMaintenance(Optional<Run> asked, Optional<Run> byItself) {
    /**
     * Maintenance, once; over once it has an end.
     *
     * @param request counts those that were asked for; 0 where it ran by itself
     * @param dryRun the counts tell what would go, and nothing went
     * @param begunAt of one that was asked for: when
     * @param step MANIFESTS, SNAPSHOTS, ORPHANS or DONE; empty while it waits
     * @param filesRemoved of expired snapshots
     * @param filesNotRemoved they go as orphans later
     * @param error empty where nothing failed, and for all but admins
     */
    public record Run(
            long request,
            boolean dryRun,
            Instant begunAt,
            Optional<Instant> endedAt,
            String step,
            long snapshotsExpired,
            long manifestsRewritten,
            long filesRemoved,
            long orphansRemoved,
            long bytesRemoved,
            long filesNotRemoved,
            String error) {}
}
