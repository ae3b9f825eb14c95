package dev.floe.sql.scan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.write.BucketFileName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The data files that live in one snapshot of a table, with their bounds, partitions and deletes; immutable.
 *
 * <p>Made from the snapshot's manifests, or from its parent's files and what the snapshot changed, which reads only
 * the manifests that are new to it.
 */
public final class SnapshotFiles {
    private static final int NO_BUCKET = -1;

    static final SnapshotFiles NONE = new SnapshotFiles(0, Map.of());

    private final long snapshotId;
    private final Map<String, LiveFile> files;
    private final long rowGroups;
    private final long liveRows;
    /** Made when first asked for. */
    private volatile @Nullable TableStatistics statistics;

    /** Files of each bucket, and under {@link #NO_BUCKET} those of none; made when first asked for. */
    private volatile @Nullable Map<Integer, List<LiveFile>> byBucket;

    private SnapshotFiles(long snapshotId, Map<String, LiveFile> files) {
        this.snapshotId = snapshotId;
        this.files = files;
        this.rowGroups = files.values().stream().mapToLong(LiveFile::rowGroups).sum();
        this.liveRows = files.values().stream().mapToLong(LiveFile::liveRows).sum();
    }

    /** Reads all manifests of the snapshot. Throws DATA_UNREADABLE. */
    static SnapshotFiles load(Table table, Snapshot snapshot) {
        Map<String, LiveFile> files = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan()
                .useSnapshot(snapshot.snapshotId())
                .includeColumnStats()
                .planFiles()) {
            for (FileScanTask task : tasks) {
                files.put(task.file().location(), new LiveFile(task.file(), task.deletes()));
            }
        } catch (UncheckedIOException | IOException e) {
            throw unreadable(e);
        }
        return new SnapshotFiles(snapshot.snapshotId(), files);
    }

    /** The files of a child of this snapshot, or null where its deletes are not all deletion vectors. */
    @Nullable
    SnapshotFiles after(Table table, Snapshot child) {
        try {
            SnapshotChanges changes =
                    SnapshotChanges.builderFor(table).snapshot(child).build();
            List<DeleteFile> vectors = new ArrayList<>();
            changes.addedDeleteFiles().forEach(vectors::add);
            if (vectors.stream().anyMatch(vector -> vector.format() != FileFormat.PUFFIN)) {
                return null;
            }
            Map<String, LiveFile> next = new HashMap<>(files);
            for (DataFile removed : changes.removedDataFiles()) {
                next.remove(removed.location());
            }
            for (DataFile added : changes.addedDataFiles()) {
                next.put(added.location(), new LiveFile(added, List.of()));
            }
            for (DeleteFile removed : changes.removedDeleteFiles()) {
                next.computeIfPresent(
                        String.valueOf(removed.referencedDataFile()),
                        (location, file) -> new LiveFile(file.file(), List.of()));
            }
            for (DeleteFile vector : vectors) {
                next.computeIfPresent(
                        String.valueOf(vector.referencedDataFile()),
                        (location, file) -> new LiveFile(file.file(), List.of(vector)));
            }
            return new SnapshotFiles(child.snapshotId(), next);
        } catch (UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    long snapshotId() {
        return snapshotId;
    }

    /** In no order. */
    public Collection<LiveFile> all() {
        return files.values();
    }

    /** The files of a bucket. */
    List<LiveFile> of(int bucket) {
        return byBucket().getOrDefault(bucket, List.of());
    }

    /** True where every file is of one bucket, as Floe's are. */
    boolean areFloes() {
        return of(NO_BUCKET).isEmpty();
    }

    /** Row groups of all files. */
    long rowGroups() {
        return rowGroups;
    }

    /** Rows of all files that no deletion vector names. */
    long liveRows() {
        return liveRows;
    }

    /** What is known of the table's rows. */
    TableStatistics statistics(Table table) {
        TableStatistics known = statistics;
        if (known == null) {
            known = TableStatistics.of(table, this);
            statistics = known;
        }
        return known;
    }

    int count() {
        return files.size();
    }

    private Map<Integer, List<LiveFile>> byBucket() {
        Map<Integer, List<LiveFile>> known = byBucket;
        if (known == null) {
            known = files.values().stream()
                    .collect(Collectors.groupingBy(
                            file -> BucketFileName.bucket(file.location()).orElse(NO_BUCKET)));
            byBucket = known;
        }
        return known;
    }

    private static FloeException unreadable(Exception cause) {
        return new FloeException(ErrorCode.DATA_UNREADABLE, "can't read the table's manifests", cause);
    }
}
