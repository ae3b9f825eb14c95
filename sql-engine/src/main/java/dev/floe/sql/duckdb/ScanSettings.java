package dev.floe.sql.duckdb;

import dev.floe.core.settings.SettingsReader;
import java.nio.file.Path;

/**
 * What DuckDB may use, for all queries together.
 *
 * <p>{@code folder} is for its temporary files, links to data files that are local and copies of those that aren't;
 * what is in it is deleted at start.
 */
public record ScanSettings(Path folder, long memoryMax, int threads, long tempBytesMax, long fileCacheBytesMax) {
    private static final long MEMORY_MIN = 64L << 20;
    private static final int THREADS_MAX = 1_024;

    public ScanSettings {
        if (memoryMax < 1 || threads < 0 || tempBytesMax < 0 || fileCacheBytesMax < 0) {
            throw new IllegalArgumentException("limits of scans must be positive");
        }
        threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** With as much for files that aren't local as for temporary ones. */
    public ScanSettings(Path folder, long memoryMax, int threads, long tempBytesMax) {
        this(folder, memoryMax, threads, tempBytesMax, tempBytesMax);
    }

    /** {@code folder} is where the files go unless a setting says otherwise. */
    public static ScanSettings read(SettingsReader settings, Path folder) {
        Path chosen = settings.path(
                "sql.scan-folder", folder, "Folder for what scans spill and fetch, best on the disk of the data files");
        long memory = settings.bytes(
                "sql.scan-memory-max", "1GB", "Off-heap memory for scans, joins and aggregates of all queries");
        if (memory < MEMORY_MIN) {
            settings.mistake("sql.scan-memory-max", "it must be at least 64MB");
        }
        return new ScanSettings(
                chosen,
                Math.max(memory, MEMORY_MIN),
                settings.count(
                        "sql.scan-threads",
                        0,
                        0,
                        THREADS_MAX,
                        "Threads for scans, joins and aggregates of all queries; 0 for one a core"),
                settings.bytes("sql.scan-temp-max", "10GB", "Disk for what does not fit into sql.scan-memory-max"),
                settings.bytes(
                        "sql.file-cache-bytes-max",
                        "10GB",
                        "Disk for copies of the data files that scans read, where tables are on S3"));
    }
}
