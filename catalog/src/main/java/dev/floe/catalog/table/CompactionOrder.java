package dev.floe.catalog.table;

import java.util.Set;
import java.util.UUID;

/**
 * What the job is to do about a table's compaction.
 *
 * @param paused no merge begins
 * @param request number of the full compaction that is not complete; 0 where there is none
 * @param buckets of the table
 * @param done buckets that are through with the request
 */
public record CompactionOrder(UUID tableId, boolean paused, long request, int buckets, Set<Integer> done) {
    public CompactionOrder {
        done = Set.copyOf(done);
    }

    public boolean asksFor(int bucket) {
        return request > 0 && !done.contains(bucket);
    }
}
