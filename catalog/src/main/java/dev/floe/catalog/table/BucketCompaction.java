package dev.floe.catalog.table;

import dev.floe.storage.compact.CompactionFigures;

/**
 * How far a bucket is with a full compaction.
 *
 * @param done its merges are committed
 * @param error of the last attempt that failed, or empty
 */
public record BucketCompaction(int bucket, long request, boolean done, CompactionFigures figures, String error) {}
