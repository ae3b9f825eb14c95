package dev.floe.storage.write;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.keys.IndexBudget;
import dev.floe.storage.sidecar.Sidecar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds what a writer knows of its bucket from a snapshot: the files, their deletion vectors, the key index.
 *
 * <p>The index is made of the keys of the bucket's data files, in file order, without the dead positions. A table
 * without a key has no index; its bucket has files to compact all the same, other engines' files are not among them.
 */
record BucketLoader(Table table, TableLayout layout, int bucket) {
    /** A bucket as a snapshot has it. */
    record LoadedBucket(
            BucketFiles files, BucketKeys keys, @Nullable VersionedRows versions) {}

    private record LiveFile(
            DataFile file,
            PartitionSpec spec,
            long writtenMillis,
            @Nullable DeleteFile vector) {}

    /**
     * Throws TABLE_CHANGED where the snapshot has files Floe can't have written, or two live rows of a key; the latter
     * shows only where the keys fit in memory.
     */
    LoadedBucket load(@Nullable Snapshot snapshot, IndexBudget budget) {
        BucketFiles files = new BucketFiles();
        List<LiveFile> live = snapshot == null ? List.of() : liveFiles(snapshot);
        FileKeys keysOfFiles = new FileKeys(table, layout);
        if (!layout.isKeyed()) {
            live.forEach(file -> files.add(file.file, file.spec, file.writtenMillis, null));
            return new LoadedBucket(files, new BucketKeys(keysOfFiles, files, budget, 0), null);
        }
        long liveKeys = live.stream()
                .mapToLong(file -> file.file.recordCount() - (file.vector == null ? 0 : file.vector.recordCount()))
                .sum();
        BucketKeys keys = new BucketKeys(keysOfFiles, files, budget, liveKeys);
        VersionedRows versions = layout.hasVersions() ? new VersionedRows(layout) : null;
        boolean loaded = false;
        try {
            for (LiveFile file : live) {
                PositionDeleteIndex dead = file.vector == null ? null : positions(file.file, file.vector);
                int number = files.add(file.file, file.spec, file.writtenMillis, dead);
                BitSet deadRows = bits(dead);
                if (versions != null) {
                    versions.load(table, file.file, deadRows);
                }
                keys.addFile(number, file.file);
                if (!keys.isTiered()) {
                    addAll(keysOfFiles.open(file.file), file.file, number, deadRows, keys.index());
                }
            }
            keys.flushed();
            loaded = true;
        } finally {
            if (!loaded) {
                keys.close();
            }
        }
        return new LoadedBucket(files, keys, versions);
    }

    private void addAll(Sidecar sidecar, DataFile file, int number, BitSet dead, KeyIndex index) {
        sidecar.forEach((high, low, position) -> {
            if (!dead.get((int) position)) {
                add(index, high, low, RowLocation.of(number, position));
            }
        });
        if (!sidecar.isAsChecked()) {
            throw new FloeException(
                            ErrorCode.STORAGE_UNAVAILABLE,
                            "the sidecar of " + file.location() + " was written to while it was read")
                    .advise("find out who writes to files below the warehouse; nobody but Floe may");
        }
    }

    /** A vector as plain bits: asked for each row of the file. */
    private static BitSet bits(@Nullable PositionDeleteIndex dead) {
        BitSet bits = new BitSet();
        if (dead != null) {
            dead.forEach(position -> bits.set(Math.toIntExact(position)));
        }
        return bits;
    }

    private void add(KeyIndex index, long high, long low, long location) {
        if (index.put(high, low, location) != KeyIndex.ABSENT) {
            throw new FloeException(ErrorCode.TABLE_CHANGED, "bucket " + bucket + " has two live rows of one key")
                    .advise("only Floe may write rows of a keyed table: roll it back to a snapshot of Floe's");
        }
    }

    private List<LiveFile> liveFiles(Snapshot snapshot) {
        List<LiveFile> live = new ArrayList<>();
        Map<Long, Long> times = new HashMap<>();
        table.snapshots().forEach(each -> times.put(each.sequenceNumber(), each.timestampMillis()));
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                String location = task.file().location();
                if (layout.isKeyed() && !BucketFileName.isFloes(location)) {
                    throw foreign("a data file that is not Floe's");
                }
                if (BucketFileName.isOf(location, bucket)) {
                    // a file of a snapshot that has expired is old
                    long written = times.getOrDefault(task.file().dataSequenceNumber(), 0L);
                    live.add(
                            new LiveFile(task.file().copyWithoutStats(), task.spec(), written, vector(task.deletes())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing a table scan", e);
        }
        return live;
    }

    private @Nullable DeleteFile vector(List<DeleteFile> deletes) {
        if (deletes.isEmpty()) {
            return null;
        }
        if (deletes.size() > 1 || deletes.get(0).format() != FileFormat.PUFFIN) {
            throw foreign("deletes other than deletion vectors");
        }
        return deletes.get(0);
    }

    /**
     * What is dead in a file. It can't be made anew: which keys were deleted is nowhere but in the vector and the log.
     */
    private PositionDeleteIndex positions(DataFile file, DeleteFile vector) {
        try {
            PositionDeleteIndex dead = new BaseDeleteLoader(table.io()::newInputFile)
                    .loadPositionDeletes(List.of(vector), file.location());
            if (dead.cardinality() == vector.recordCount()) {
                return dead;
            }
            throw unreadable(vector, "it has " + dead.cardinality() + " positions, not " + vector.recordCount(), null);
        } catch (FloeException e) {
            throw e;
        } catch (RuntimeException e) {
            throw unreadable(vector, String.valueOf(e.getMessage()), e);
        }
    }

    private FloeException unreadable(DeleteFile vector, String what, @Nullable Exception cause) {
        return new FloeException(
                        ErrorCode.DATA_UNREADABLE,
                        "bucket " + bucket + ": the deletion vector of " + vector.referencedDataFile() + " in "
                                + vector.location() + " can't be used: " + what,
                        cause)
                .advise("bring the file back from a backup and resume the table; or roll the table back to a snapshot"
                        + " before it and resume: the log is read again from there");
    }

    private static FloeException foreign(String what) {
        return new FloeException(ErrorCode.TABLE_CHANGED, "the table has " + what)
                .advise("only Floe may write rows of a keyed table: roll it back to a snapshot of Floe's");
    }
}
