package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.compact.CompactedRuns;
import dev.floe.storage.compact.CompactionSettings;
import dev.floe.storage.compact.CompactionStrategy;
import dev.floe.storage.compact.CompactionTask;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.TestTable;
import dev.floe.storage.write.TestTable.Row;
import dev.floe.storage.write.WriterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

/** A merge is in the table whole or not at all; what happens to its runs meanwhile is neither lost nor undone. */
class CompactionCommitTest {
    private static final CompactionStrategy ALL = runs -> runs;
    private static final WriterSettings SMALL_FILES = new WriterSettings(1 << 20, 1_500, 1 << 20, 5, 1);

    private final FaultyCatalog catalog = new FaultyCatalog();
    private long offset;

    @Test
    void rowsThatDieDuringTheMergeStayDead() {
        TestTable table = table(List.of(1));
        BucketWriter writer = open(table, WriterSettings.defaults());
        commit(table, write(writer, RowOperation.UPSERT, "de", LongStream.range(0, 10)));
        commit(table, write(writer, RowOperation.UPSERT, "de", LongStream.range(10, 20)));
        CompactedRuns merged = merge(writer, ALL);
        commit(table, write(writer, RowOperation.DELETE, "de", LongStream.of(3)));
        commit(table, write(writer, RowOperation.UPSERT, "fr", LongStream.of(12)));

        writer.install(merged);
        commit(table, write(writer, RowOperation.DELETE, "de", LongStream.of(19)));

        List<String> expected = new ArrayList<>();
        LongStream.range(0, 19).filter(id -> id != 3).forEach(id -> expected.add(id + (id == 12 ? "fr" : "de")));
        assertThat(rows(table)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void goesThroughThoughAnotherSnapshotLandsFirst() {
        TestTable table = table(List.of());
        BucketWriter writer = open(table, WriterSettings.defaults());
        BucketChanges changes = replaceTwoFiles(table, writer);
        catalog.beforeNext(() -> table.load().newAppend().commit());

        CommitOutcome outcome = commit(table, changes);

        assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
        assertThat(rows(table)).hasSize(7);
        assertThat(TestTable.dataFiles(table.load())).hasSize(2);
    }

    @Test
    void isRefusedWhereAMergedFileIsGone() {
        TestTable table = table(List.of());
        BucketWriter writer = open(table, WriterSettings.defaults());
        BucketChanges changes = replaceTwoFiles(table, writer);
        DataFile gone = changes.replacedFiles().get(0);
        table.load().newDelete().deleteFile(gone.location()).commit();

        assertThatThrownBy(() -> commit(table, changes))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
        assertThat(rows(table)).hasSize(3);
    }

    @Test
    void comesToRestWhereMergesFillTheirFiles() {
        TestTable table = table(List.of());
        BucketWriter writer = open(table, SMALL_FILES);
        CompactionStrategy strategy = CompactionStrategy.of(CompactionSettings.of(Map.of("compaction.runs-min", "2")));
        for (int file = 0; file < 4; file++) {
            commit(table, write(writer, RowOperation.APPEND, "de", LongStream.range(file * 100L, file * 100L + 100)));
        }
        int merges = 0;
        Optional<CompactionTask> task = writer.planCompaction(strategy);
        while (task.isPresent() && merges < 20) {
            writer.install(writer.compaction(task.get(), () -> false).get());
            commit(table, write(writer, RowOperation.APPEND, "de", LongStream.empty()));
            merges++;
            task = writer.planCompaction(strategy);
        }

        assertThat(merges).isBetween(1, 10);
        assertThat(TestTable.dataFiles(table.load())).hasSizeGreaterThan(1);
        assertThat(rows(table)).hasSize(400).doesNotHaveDuplicates();
    }

    /** Two committed files, and the changes that put one in their place and add a row. */
    private BucketChanges replaceTwoFiles(TestTable table, BucketWriter writer) {
        commit(table, write(writer, RowOperation.APPEND, "de", LongStream.range(0, 3)));
        commit(table, write(writer, RowOperation.APPEND, "de", LongStream.range(3, 6)));
        writer.install(merge(writer, ALL));
        BucketChanges changes = write(writer, RowOperation.APPEND, "de", LongStream.of(6));
        assertThat(changes.replacedFiles()).hasSize(2);
        return changes;
    }

    private static CompactedRuns merge(BucketWriter writer, CompactionStrategy strategy) {
        CompactionTask task = writer.planCompaction(strategy).orElseThrow();
        return writer.compaction(task, () -> false).get();
    }

    private BucketChanges write(BucketWriter writer, byte operation, String country, LongStream ids) {
        List<Row> rows = new ArrayList<>();
        ids.forEach(id -> rows.add(Row.of(operation, id, country, null, null, null)));
        writer.write(++offset, TestTable.SCHEMA, TestTable.batch(TestTable.SCHEMA, rows));
        return writer.flush(offset).orElseThrow();
    }

    private CommitOutcome commit(TestTable table, BucketChanges changes) {
        return TableCommitter.commit(table.load(), table.layout(), List.of(changes), new CommitId("sink", 1, offset));
    }

    private TestTable table(List<Integer> key) {
        return TestTable.create(catalog, TestTable.SCHEMA, PartitionSpec.unpartitioned(), key, 1);
    }

    private static BucketWriter open(TestTable table, WriterSettings settings) {
        return BucketWriter.open(table.load(), table.layout(), 0, 1, settings);
    }

    private static List<String> rows(TestTable table) {
        Table loaded = table.load();
        return TestTable.read(loaded, loaded.currentSnapshot().snapshotId()).stream()
                .map(row -> "" + row.get(0) + row.get(1))
                .toList();
    }
}
