package dev.floe.client;

import java.time.Instant;
import java.util.Optional;

/**
 * A table's compaction.
 *
 * @param paused no merge begins
 * @param newest the full compaction that was last asked for
 */
public record TableCompaction(boolean paused, Optional<Full> newest) {
    /**
     * A full compaction; complete once it has an end.
     *
     * @param request counts those of the table
     * @param mergeSeconds of all merges together
     * @param lastError of a merge that failed and is tried again; empty where none did, and for all but admins
     */
    public record Full(
            long request,
            Instant requestedAt,
            Optional<Instant> doneAt,
            int buckets,
            int bucketsDone,
            long rowsIn,
            long rowsOut,
            long bytesIn,
            long bytesOut,
            double mergeSeconds,
            String lastError) {}
}
