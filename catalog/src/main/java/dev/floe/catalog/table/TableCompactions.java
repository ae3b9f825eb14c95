package dev.floe.catalog.table;

import java.util.List;
import java.util.UUID;

/**
 * What people ask of tables' compaction, and how far the job is with it. Methods may throw CATALOG_UNAVAILABLE.
 *
 * <p>A full compaction is complete when each bucket has reported that its merges are committed. All of it survives
 * restarts of the job and of the servers.
 */
public interface TableCompactions {
    /** Asks for a full compaction, or joins the one that is not complete; returns its number. */
    long request(UUID tableId);

    /** Keeps merges from beginning, or lets them begin again; false where it was so already. */
    boolean pause(UUID tableId, boolean paused);

    CompactionState state(UUID tableId);

    /** Tables that are paused or have a full compaction to be done. */
    List<CompactionOrder> orders();

    /** Takes over how far a bucket is; does nothing where the request is not the table's newest. */
    void report(UUID tableId, BucketCompaction bucket);
}
