package dev.floe.storage.write;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.fault.FaultPoint;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.compact.CompactedRuns;
import dev.floe.storage.compact.CompactionStrategy;
import dev.floe.storage.compact.CompactionTask;
import dev.floe.storage.compact.Compactor;
import dev.floe.storage.compact.RunStats;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.index.KeyIndex;
import dev.floe.storage.index.RowLocation;
import dev.floe.storage.keys.IndexBudget;
import dev.floe.storage.memtable.Memtable;
import dev.floe.storage.run.RunWriter;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.secondary.RunIndexes;
import dev.floe.storage.sidecar.IndexFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns the log of one bucket into data files and deletion vectors. The only writer of its bucket.
 *
 * <pre>
 *   entry ─► BatchCheck ─► Memtable ──flush──► RunWriter ─► data files ─┐
 *               │              ▲ kill                                   ├─► BucketChanges
 *            KeyHasher ─► BucketKeys ► BucketFiles ─► deletion vectors ──┘
 * </pre>
 *
 * <p>Each upsert or delete looks its key up in the index; the row found there dies at once, in the memtable or in its
 * file's deletion vector. So after every entry there is one live row a key, and a flush has nothing to search for.
 *
 * <p>Runs are merged elsewhere, at a view pinned here, and installed by a flush: what died meanwhile dies in the
 * outputs, and the index is pointed at them, before anything of it leaves the writer.
 *
 * <p>Not safe for threads. A writer that threw anything but LOG_ENTRY_CORRUPT is of no more use: open another at the
 * table's snapshot and replay the log from there.
 */
public final class BucketWriter implements AutoCloseable {
    private static final int MEMTABLE_ROWS_MAX = 1 << 24;

    private final Table table;
    private final TableLayout layout;
    private final int bucket;
    private final long epoch;
    private final WriterSettings settings;
    private final BatchCheck check;
    private final TableSchema schema;
    private final KeyHasher hasher;
    private final BucketKeys keys;
    private final BucketFiles files;
    private final @Nullable VersionedRows versions;
    private final Memtable memtable = new Memtable();
    private final List<DataFile> newFiles = new ArrayList<>();
    private @Nullable CompactedRuns compacted;
    private final boolean isOfNewLog;
    private List<IndexFields> indexes = List.of();
    private long flushedOffset;
    private long flushedEpoch;
    private long offset;
    private long rowsIn;
    private long fileSequence;
    private boolean broken;

    private BucketWriter(
            Table table,
            TableLayout layout,
            int bucket,
            long epoch,
            WriterSettings settings,
            BucketLoader.LoadedBucket loaded) {
        this.table = table;
        this.layout = layout;
        this.bucket = bucket;
        this.epoch = epoch;
        this.settings = settings;
        this.check = new BatchCheck(layout);
        this.hasher = new KeyHasher(layout.keyFieldIds());
        this.keys = loaded.keys();
        this.files = loaded.files();
        this.versions = loaded.versions();
        this.schema = new TableSchema(table);
        this.offset = TableCommitter.offsets(table).of(bucket);
        this.flushedOffset = offset;
        this.flushedEpoch = TableCommitter.writerEpoch(table, bucket);
        this.isOfNewLog = TableCommitter.isOfNewLog(table, bucket);
    }

    /**
     * Opens at the table's current snapshot: takes the bucket's committed offset and rebuilds the key index.
     *
     * <p>The table object is the writer's alone from here on. {@code epoch} must be greater than that of any writer
     * of the bucket before, so that what an earlier one left behind can be told apart.
     */
    public static BucketWriter open(Table table, TableLayout layout, int bucket, long epoch, WriterSettings settings) {
        return open(table, layout, bucket, epoch, settings, IndexBudget.unlimited());
    }

    /** Opens with an index that keeps to a budget it may share with other buckets. */
    public static BucketWriter open(
            Table table, TableLayout layout, int bucket, long epoch, WriterSettings settings, IndexBudget budget) {
        if (bucket < 0 || bucket >= layout.buckets()) {
            throw new IllegalArgumentException("there is no bucket " + bucket + " of " + layout.buckets());
        }
        table.refresh();
        TableCommitter.requireIdentity(table, layout);
        BucketLoader.LoadedBucket loaded =
                new BucketLoader(table, layout, bucket).load(table.currentSnapshot(), budget);
        return new BucketWriter(table, layout, bucket, epoch, settings, loaded);
    }

    /** The last log offset contained, committed or not; {@link CommittedOffsets#NONE} at first. */
    public long offset() {
        return offset;
    }

    /** True where the bucket opened with nothing yet of the log that its table took in the place of another. */
    public boolean isOfNewLog() {
        return isOfNewLog;
    }

    /**
     * Adds an entry; false where it was contained already and is dropped.
     *
     * <p>Throws LOG_ENTRY_CORRUPT, and has not changed then, where the batch does not fit the schema or the table.
     *
     * @param batchSchema the schema the batch was written with
     */
    public boolean write(long entryOffset, Schema batchSchema, ColumnBatch batch) {
        requireUsable();
        if (entryOffset <= offset) {
            return false;
        }
        check.require(batchSchema, batch);
        broken = true;
        if (batch.rowCount() > 0) {
            schema.see(batchSchema);
            add(batchSchema, versions == null ? batch : versions.winners(batchSchema, batch));
        }
        offset = entryOffset;
        rowsIn += batch.rowCount();
        if (memtable.bytes() >= settings.memtableBytesMax() || memtable.rows() >= MEMTABLE_ROWS_MAX) {
            writeRuns(0);
        }
        broken = false;
        return true;
    }

    /** Sets the secondary indexes that files get from now on. */
    public void index(List<IndexFields> fields) {
        indexes = List.copyOf(fields);
    }

    /** Bytes of rows that are in no file yet. */
    public long memtableBytes() {
        return memtable.bytes();
    }

    /** Writes the rows in memory into files before the memtable is full; a later flush hands them on. */
    public void makeRoom() {
        requireUsable();
        broken = true;
        writeRuns(0);
        broken = false;
    }

    /** True where the table contains all that a flush handed on: a bucket may close then. Asks the catalog. */
    public boolean isCommitted() {
        requireUsable();
        table.refresh();
        return TableCommitter.offsets(table).of(bucket) >= flushedOffset;
    }

    /** Files and deletion vectors of everything since the last flush; empty where no entry came. */
    public Optional<BucketChanges> flush(long checkpointId) {
        requireUsable();
        if (offset == flushedOffset) {
            return Optional.empty();
        }
        broken = true;
        FaultPoint.reached("writer.before-flush");
        writeRuns(checkpointId);
        FaultPoint.reached("writer.mid-flush");
        List<DataFile> replaced = install();
        List<DeleteFile> vectors = files.writeVectors(() -> table.io()
                .newOutputFile(
                        table.locationProvider().newDataLocation(BucketFileName.vectors(bucket, epoch, checkpointId))));
        FaultPoint.reached("writer.after-files");
        BucketChanges changes = new BucketChanges(
                bucket, epoch, flushedOffset, flushedEpoch, offset, rowsIn, newFiles, vectors, replaced);
        newFiles.clear();
        flushedOffset = offset;
        flushedEpoch = epoch;
        rowsIn = 0;
        broken = false;
        return Optional.of(changes);
    }

    /**
     * Runs that are worth merging now, pinned as they are; empty also while the rows of others wait to be installed.
     */
    public Optional<CompactionTask> planCompaction(CompactionStrategy strategy) {
        requireUsable();
        if (compacted != null) {
            return Optional.empty();
        }
        List<RunStats> picked = strategy.pick(files.stats(System.currentTimeMillis()));
        return picked.isEmpty() ? Optional.empty() : Optional.of(files.pin(bucket, schema.current(), picked));
    }

    /**
     * What merges the runs of a task; to be run in another thread, and nothing of the writer's is touched by it.
     *
     * @param cancelled asked now and then; once true the merge ends with CancellationException
     */
    public Supplier<CompactedRuns> compaction(CompactionTask task, BooleanSupplier cancelled) {
        Compactor compactor = new Compactor(table, layout.keyFieldIds(), indexes, settings.run(), cancelled);
        return () -> compactor.merge(task, () -> BucketFileName.data(bucket, epoch, 0));
    }

    /**
     * Hands over merged runs of this writer's last task; the next flush puts them in place of what they were made of.
     */
    public void install(CompactedRuns runs) {
        requireUsable();
        compacted = runs;
    }

    /** True while merged runs wait for a flush that has entries. */
    public boolean hasInstallable() {
        return compacted != null;
    }

    /** Files of the bucket. */
    public int fileCount() {
        return files.size();
    }

    /** Heap the bucket takes: rows, index and deletion vectors. */
    public long memoryBytes() {
        long versionBytes = versions == null ? 0 : versions.memoryBytes();
        return memtable.bytes() + keys.memoryBytes() + files.memoryBytes() + versionBytes;
    }

    /** Live keys, those in memory included; 0 for an append table. */
    public long keyCount() {
        return keys.size();
    }

    /** What the key index has and did since the writer opened. */
    public KeyFigures keyFigures() {
        return keys.figures();
    }

    @Override
    public void close() {
        broken = true;
        memtable.clear();
        keys.close();
    }

    private void add(Schema batchSchema, ColumnBatch batch) {
        if (!layout.isKeyed()) {
            memtable.add(batchSchema, batch, null);
            return;
        }
        List<Type> types = new ArrayList<>();
        layout.keyFieldIds().forEach(id -> types.add(batchSchema.findType(id)));
        KeyHashes hashes = hasher.hash(batch, types);
        int base = layout.keepsAbsent()
                ? memtable.add(schema.current(), completed(batchSchema, batch, hashes), hashes)
                : memtable.add(batchSchema, batch, hashes);
        byte[] operations = batch.operations();
        long[] locations = new long[operations.length];
        for (int row = 0; row < operations.length; row++) {
            if (operations[row] == RowOperation.DELETE) {
                memtable.kill(base + row);
                locations[row] = KeyIndex.ABSENT;
            } else {
                locations[row] = RowLocation.of(RowLocation.MEMTABLE, base + row);
            }
        }
        for (long previous : keys.swap(hashes, locations)) {
            kill(previous);
        }
    }

    private ColumnBatch completed(Schema batchSchema, ColumnBatch batch, KeyHashes hashes) {
        return new StoredValues(table, keys, files, memtable).complete(batch, batchSchema, schema.current(), hashes);
    }

    private void kill(long location) {
        if (location == KeyIndex.ABSENT) {
            return;
        }
        if (RowLocation.file(location) == RowLocation.MEMTABLE) {
            memtable.kill((int) RowLocation.position(location));
        } else {
            files.kill(location);
        }
    }

    /** Writes the memtable's live rows into files and points the index there. */
    private void writeRuns(long checkpointId) {
        PartitionSpec spec = table.spec();
        boolean bucketOnly = isBucketOnly(spec);
        int rowBytes = memtable.rowBytes();
        RunWriter writer = new RunWriter(table, spec, schema.current(), settings.run(), () -> fileName(checkpointId));
        for (PartitionRows rows : new PartitionSplitter(spec, schema.current(), bucketOnly).split(memtable)) {
            List<DataFile> written = writer.write(rows.slices(), rows.partition(), rowBytes);
            newFiles.addAll(written);
            new FlushedRuns(files, keys, layout.keyFieldIds()).install(rows, written, spec);
            RunIndexes runIndexes = new RunIndexes(indexes);
            rows.slices().forEach(runIndexes::add);
            runIndexes.write(written, new FileIndexes(table.name(), table.io()));
        }
        memtable.clear();
        keys.flushed();
    }

    private List<DataFile> install() {
        CompactedRuns runs = compacted;
        compacted = null;
        if (runs == null) {
            return List.of();
        }
        List<DataFile> replaced = new CompactionInstall(files, keys).install(runs);
        newFiles.addAll(runs.outputs());
        return replaced;
    }

    private boolean isBucketOnly(PartitionSpec spec) {
        if (spec.fields().size() != 1 || layout.keyFieldIds().size() != 1) {
            return false;
        }
        PartitionField field = spec.fields().get(0);
        return layout.keyFieldIds().contains(field.sourceId())
                && field.transform().equals(Transforms.bucket(layout.buckets()));
    }

    private String fileName(long checkpointId) {
        return BucketFileName.data(bucket, epoch, checkpointId == 0 ? ++fileSequence : checkpointId);
    }

    private void requireUsable() {
        if (broken) {
            throw new FloeException(ErrorCode.DEFECT, "the writer of bucket " + bucket + " failed before or is closed");
        }
    }
}
