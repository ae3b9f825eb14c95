package dev.floe.jobs.ingest;

/**
 * What the open buckets of one subtask may take together: its share of the job's.
 *
 * @param idleCheckpointsMax checkpoints without an entry after which a bucket is closed
 * @param openMax buckets; one without rows since the last checkpoint is closed for the next
 * @param memtablesBytesMax rows that are in no file yet
 */
record BucketLimits(int idleCheckpointsMax, int openMax, long memtablesBytesMax) {
    static BucketLimits of(IngestJobSettings settings, int subtasks) {
        return new BucketLimits(
                settings.idleCheckpointsMax(),
                Math.max(1, settings.openBucketsMax() / subtasks),
                Math.max(1, settings.memtablesBytesMax() / subtasks));
    }
}
