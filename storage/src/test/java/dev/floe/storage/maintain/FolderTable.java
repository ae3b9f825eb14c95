package dev.floe.storage.maintain;

import dev.floe.storage.column.RowOperation;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.compact.CompactionTask;
import dev.floe.storage.sidecar.LocalFiles;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.TableLayout;
import dev.floe.storage.write.TestTable;
import dev.floe.storage.write.TestTable.Row;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.FileIO;

/** A keyed table of one bucket in a folder, written as the job writes it; its catalog is a variable. */
final class FolderTable {
    private static final TableLayout LAYOUT = new TableLayout(new UUID(7, 7), List.of(1), 1);

    private final Path folder;
    private final Pointer metadata;
    private final Set<String> undeletable;
    private BucketWriter writer;
    private long offset;

    private FolderTable(Path folder, Pointer metadata, Set<String> undeletable) {
        this.folder = folder;
        this.metadata = metadata;
        this.undeletable = undeletable;
        this.writer = BucketWriter.open(load(metadata, undeletable), LAYOUT, 0, 1, WriterSettings.defaults());
    }

    static FolderTable create(Path folder) {
        Pointer metadata = new Pointer();
        Set<String> undeletable = new TreeSet<>();
        new Operations(metadata, undeletable)
                .commit(
                        null,
                        TableMetadata.newTableMetadata(
                                TestTable.SCHEMA,
                                PartitionSpec.unpartitioned(),
                                folder.toString(),
                                Map.of(
                                        "format-version",
                                        "3",
                                        "commit.manifest-merge.enabled",
                                        "false",
                                        TableCommitter.TABLE_ID_PROPERTY,
                                        LAYOUT.tableId().toString())));
        return new FolderTable(folder, metadata, undeletable);
    }

    /** The table as another process loads it. */
    Table load() {
        return load(metadata, undeletable);
    }

    private static Table load(Pointer metadata, Set<String> undeletable) {
        return new BaseTable(new Operations(metadata, undeletable), "events");
    }

    /** Upserts keys in one commit; returns its snapshot. */
    long upsert(long... ids) {
        commit(flush(RowOperation.UPSERT, ids));
        return current();
    }

    /** Files that no commit has yet. */
    BucketChanges flush(byte operation, long... ids) {
        List<Row> rows = new ArrayList<>();
        LongStream.of(ids).forEach(id -> rows.add(Row.of(operation, id, "de", null, null, null)));
        writer.write(++offset, TestTable.SCHEMA, TestTable.batch(TestTable.SCHEMA, rows));
        return writer.flush(offset).orElseThrow();
    }

    void commit(BucketChanges changes) {
        TableCommitter.commit(load(), LAYOUT, List.of(changes), new CommitId("sink", 1, offset));
    }

    /** Merges all runs into one, which a commit with another row installs. */
    long compact(long id) {
        CompactionTask task = writer.planCompaction(runs -> runs).orElseThrow();
        writer.install(writer.compaction(task, () -> false).get());
        return upsert(id);
    }

    /** Writes go on from the table as it is, as after a rewind. */
    void reopen(long epoch) {
        writer = BucketWriter.open(load(), LAYOUT, 0, epoch, WriterSettings.defaults());
        offset = writer.offset();
    }

    long current() {
        return load().currentSnapshot().snapshotId();
    }

    Set<Long> snapshots() {
        Set<Long> ids = new TreeSet<>();
        load().snapshots().forEach(snapshot -> ids.add(snapshot.snapshotId()));
        return ids;
    }

    /** Names of the files below a subfolder. */
    Set<String> files(String subfolder) {
        Set<String> names = new TreeSet<>();
        new LocalFiles()
                .listPrefix(folder.resolve(subfolder).toString())
                .forEach(file ->
                        names.add(file.location().substring(file.location().lastIndexOf('/') + 1)));
        return names;
    }

    /** Keys of the live rows of a snapshot. */
    List<Long> keys(long snapshotId) {
        return TestTable.read(load(), snapshotId).stream()
                .map(row -> (Long) row.get(0))
                .sorted()
                .toList();
    }

    /** Locations whose deletion fails from now on. */
    Set<String> undeletable() {
        return undeletable;
    }

    /** What a catalog keeps of a table. */
    private static final class Pointer {
        private String file = "";
    }

    private static final class Operations extends BaseMetastoreTableOperations {
        private final Pointer location;
        private final FileIO io;

        Operations(Pointer location, Set<String> undeletable) {
            this.location = location;
            this.io = new StubbornFiles(undeletable);
        }

        @Override
        protected String tableName() {
            return "events";
        }

        @Override
        public FileIO io() {
            return io;
        }

        @Override
        protected void doRefresh() {
            if (location.file.isEmpty()) {
                disableRefresh();
            } else {
                refreshFromMetadataLocation(location.file);
            }
        }

        @Override
        protected void doCommit(TableMetadata base, TableMetadata changed) {
            String before = base == null ? "" : currentMetadataLocation();
            String next = writeNewMetadataIfRequired(base == null, changed);
            if (!location.file.equals(before)) {
                throw new CommitFailedException("another commit was first");
            }
            location.file = next;
        }
    }
}
