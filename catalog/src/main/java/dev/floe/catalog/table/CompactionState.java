package dev.floe.catalog.table;

import dev.floe.storage.compact.CompactionFigures;
import java.time.Instant;
import java.util.Optional;

/**
 * A table's compaction as people see it.
 *
 * @param paused no merge begins
 * @param newest the full compaction that was last asked for
 */
public record CompactionState(boolean paused, Optional<Full> newest) {
    public static final CompactionState UNTOUCHED = new CompactionState(false, Optional.empty());

    /** A full compaction, complete once it has an end; the error is the newest of its buckets', or empty. */
    public record Full(
            long request,
            Instant requestedAt,
            Optional<Instant> doneAt,
            int buckets,
            int bucketsDone,
            CompactionFigures figures,
            String lastError) {}
}
