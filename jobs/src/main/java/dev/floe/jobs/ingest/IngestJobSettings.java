package dev.floe.jobs.ingest;

import dev.floe.catalog.CatalogSettings;
import dev.floe.core.settings.SettingsReader;
import dev.floe.storage.log.LogSettings;
import dev.floe.storage.write.WriterSettings;
import java.io.Serializable;
import java.time.Duration;

/**
 * Everything the job needs on any cluster.
 *
 * @param commitInterval time between checkpoints, and so between commits
 * @param parallelism writers; buckets are spread over them
 * @param idleCheckpointsMax checkpoints without an entry after which a bucket is closed
 * @param openBucketsMax buckets open at once; the longest idle one is closed for the next
 * @param memtablesBytesMax rows in memory of all buckets of the job; beyond it the fullest bucket writes its files
 * @param indexMemoryBytesMax heap of all key indexes of the job; beyond it keys are looked up in sidecars
 */
public record IngestJobSettings(
        CatalogSettings catalog,
        LogSettings log,
        WriterSettings writer,
        Duration commitInterval,
        int parallelism,
        int idleCheckpointsMax,
        int openBucketsMax,
        long memtablesBytesMax,
        long indexMemoryBytesMax)
        implements Serializable {
    public static IngestJobSettings read(SettingsReader settings, CatalogSettings catalog, LogSettings log) {
        return new IngestJobSettings(
                catalog,
                log,
                WriterSettings.read(settings),
                settings.duration("ingest.commit-interval", "2s", "Time between commits of a table"),
                settings.count("ingest.parallelism", 2, 1, 256, "Writers of the job; buckets are spread over them"),
                settings.count(
                        "ingest.idle-checkpoints-max", 150, 1, 1_000_000, "Commits without rows until a bucket closes"),
                settings.count(
                        "ingest.open-buckets-max",
                        1_000,
                        1,
                        1_000_000,
                        "Buckets open at once; the longest idle one closes for the next"),
                settings.bytes(
                        "ingest.memtables-bytes-max",
                        "512MB",
                        "Rows in memory of all buckets together; beyond it the fullest one writes its files"),
                settings.bytes(
                        "ingest.index-memory-max",
                        "1GB",
                        "Heap of the job's key indexes, 36 bytes a key at most; beyond it keys are looked up on disk"));
    }

    /** The same job on another log. */
    public IngestJobSettings with(LogSettings other) {
        return new IngestJobSettings(
                catalog,
                other,
                writer,
                commitInterval,
                parallelism,
                idleCheckpointsMax,
                openBucketsMax,
                memtablesBytesMax,
                indexMemoryBytesMax);
    }
}
