package dev.floe.storage.commit;

import dev.floe.storage.write.BucketChanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Makes changes as a bucket writer does, of files that exist by name only.
 *
 * <p>It remembers which entries it was really given, so that a hole between them shows.
 */
final class FakeWriter {
    private static final int FILE_ROWS = 1_000;

    private final int bucket;
    private final long epoch;
    private final String incarnation;
    private final Map<String, Long> deadByFile;
    private final List<Long> given = new ArrayList<>();
    private long flushed;
    private long flushedEpoch;
    private long offset;

    private FakeWriter(
            int bucket, long epoch, String incarnation, long offset, long writerEpoch, Map<String, Long> deadByFile) {
        this.bucket = bucket;
        this.epoch = epoch;
        this.incarnation = incarnation;
        this.offset = offset;
        this.flushed = offset;
        this.flushedEpoch = writerEpoch;
        this.deadByFile = deadByFile;
    }

    /** Changes with the offsets of the entries they were made of. */
    record Flush(BucketChanges changes, List<Long> entries) {}

    /** {@code incarnation} tells the files of one writer from those of another of the same epoch. */
    static FakeWriter open(Table table, int bucket, long epoch, String incarnation) {
        Map<String, Long> dead = new TreeMap<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().planWith(new CallerThread()).planFiles()) {
            for (FileScanTask task : tasks) {
                if (task.file().location().contains("/b" + bucket + "-")) {
                    dead.put(
                            task.file().location(),
                            task.deletes().isEmpty() ? 0 : task.deletes().get(0).recordCount());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FakeWriter(
                bucket,
                epoch,
                incarnation,
                TableCommitter.offsets(table).of(bucket),
                TableCommitter.writerEpoch(table, bucket),
                dead);
    }

    long offset() {
        return offset;
    }

    /** True where the last flush handed on all that it took, up to at most an offset. */
    boolean isContainedUpTo(long committed) {
        return offset == flushed && flushed <= committed;
    }

    /** Takes the entry at an offset, or drops it where it is contained. */
    void write(long entry) {
        if (entry > offset) {
            given.add(entry);
            offset = entry;
        }
    }

    Optional<Flush> flush(SplittableRandom random) {
        if (offset == flushed) {
            return Optional.empty();
        }
        String stem = "mem:/b" + bucket + "-" + incarnation + "-" + flushed + "-" + offset;
        DataFile file = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(stem + ".parquet")
                .withFormat(FileFormat.PARQUET)
                .withRecordCount(FILE_ROWS)
                .withFileSizeInBytes(1)
                .build();
        deadByFile.put(file.location(), 0L);
        List<DeleteFile> vectors = new ArrayList<>();
        for (String path : List.copyOf(deadByFile.keySet())) {
            if (random.nextInt(3) == 0) {
                long dead = deadByFile.merge(path, 1L, Long::sum);
                vectors.add(FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
                        .ofPositionDeletes()
                        .withFormat(FileFormat.PUFFIN)
                        .withPath(stem + ".puffin")
                        .withReferencedDataFile(path)
                        .withContentOffset(4L + vectors.size())
                        .withContentSizeInBytes(1)
                        .withFileSizeInBytes(100)
                        .withRecordCount(dead)
                        .build());
            }
        }
        Flush flush = new Flush(
                new BucketChanges(
                        bucket,
                        epoch,
                        flushed,
                        flushedEpoch,
                        offset,
                        offset - flushed,
                        List.of(file),
                        vectors,
                        List.of()),
                List.copyOf(given));
        given.clear();
        flushed = offset;
        flushedEpoch = epoch;
        return Optional.of(flush);
    }
}
