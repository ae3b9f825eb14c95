package dev.floe.storage.write;

import dev.floe.core.settings.SettingsReader;
import dev.floe.storage.run.RunSettings;
import java.io.Serializable;

/**
 * Sizes and effort of the bucket writers.
 *
 * @param memtableBytesMax bytes of rows one bucket holds before it writes a run
 * @param fileBytesMax size at which a data file is closed and the next begun
 * @param rowGroupBytesMax size of a Parquet row group before compression
 * @param pageRowsMax rows of a Parquet page
 * @param compressionLevel zstd level of pages
 */
public record WriterSettings(
        long memtableBytesMax, long fileBytesMax, long rowGroupBytesMax, int pageRowsMax, int compressionLevel)
        implements Serializable {
    private static final int ZSTD_LEVEL_MAX = 19;

    public WriterSettings {
        requirePositive("memtableBytesMax", memtableBytesMax);
        requirePositive("fileBytesMax", fileBytesMax);
        requirePositive("rowGroupBytesMax", rowGroupBytesMax);
        requirePositive("pageRowsMax", pageRowsMax);
        requirePositive("compressionLevel", compressionLevel);
    }

    public static WriterSettings defaults() {
        return new WriterSettings(64L << 20, 512L << 20, 128L << 20, 20_000, 1);
    }

    public static WriterSettings read(SettingsReader settings) {
        WriterSettings defaults = defaults();
        return new WriterSettings(
                positive(settings, "ingest.memtable-bytes-max", "64MB", "Rows of one bucket in memory before a file"),
                positive(settings, "ingest.file-bytes-max", "512MB", "Size at which a data file is closed"),
                positive(settings, "ingest.row-group-bytes-max", "128MB", "Size of a Parquet row group in memory"),
                settings.count(
                        "ingest.page-rows-max",
                        defaults.pageRowsMax,
                        100,
                        1_000_000,
                        "Rows of a Parquet page; fewer make lookups faster and scans slower"),
                settings.count(
                        "ingest.compression-level",
                        defaults.compressionLevel,
                        1,
                        ZSTD_LEVEL_MAX,
                        "zstd level of data files"));
    }

    RunSettings run() {
        return new RunSettings(fileBytesMax, rowGroupBytesMax, pageRowsMax, compressionLevel);
    }

    private static long positive(SettingsReader settings, String key, String defaultValue, String doc) {
        long bytes = settings.bytes(key, defaultValue, doc);
        if (bytes > 0) {
            return bytes;
        }
        settings.mistake(key, "it must be more than 0");
        return 1;
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be more than 0, not " + value);
        }
    }
}
