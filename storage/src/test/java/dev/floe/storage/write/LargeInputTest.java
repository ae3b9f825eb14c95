package dev.floe.storage.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.column.RowOperation;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.write.TestTable.Row;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows, keys and batches of unusual size are written as any other. */
class LargeInputTest {
    private static final int PARTITIONS = 200;
    /** Limits below one row's size, as a page, a row group and a file have. */
    private static final WriterSettings SMALL = new WriterSettings(64L << 20, 1L << 20, 64L << 10, 100, 1);

    private long epoch;
    private long offset;

    @Test
    void keysOf64KilobytesAreToldApartByTheirLastSign() {
        TestTable table = TestTable.create(PartitionSpec.unpartitioned(), List.of(2), 1);
        String prefix = "k".repeat((64 << 10) - 1);
        write(table, upsert(1, prefix + "a", "old"), upsert(2, prefix + "b", "old"), upsert(3, prefix + "c", "old"));
        write(table, upsert(4, prefix + "a", "new"), Row.of(RowOperation.DELETE, 0L, prefix + "b", null, null, null));

        assertThat(notes(table)).containsExactlyInAnyOrder("new", "old");
        assertThat(open(table).keyCount()).isEqualTo(2);
    }

    @Test
    void oneBatchTouches200Partitions() {
        PartitionSpec byCountry =
                PartitionSpec.builderFor(TestTable.SCHEMA).identity("country").build();
        TestTable table = TestTable.create(byCountry, List.of(1, 2), 1);
        write(table, ofEachPartition("old"));
        assertThat(TestTable.dataFiles(table.load())).hasSize(PARTITIONS);
        write(table, ofEachPartition("new"));

        assertThat(notes(table)).hasSize(2 * PARTITIONS).containsOnly("new");
        assertThat(open(table).keyCount()).isEqualTo(2 * PARTITIONS);
    }

    /** A path would have a folder of a name that no file system takes. */
    @Test
    void aPartitionOfALongValue() {
        PartitionSpec byCountry =
                PartitionSpec.builderFor(TestTable.SCHEMA).identity("country").build();
        TestTable table = TestTable.create(byCountry, List.of(1, 2), 1);
        String city = "東".repeat(100);
        write(table, upsert(1, city, "old"), upsert(2, "de", "old"));
        write(table, upsert(1, city, "new"), upsert(2, "de", "new"));

        assertThat(notes(table)).containsExactly("new", "new");
        assertThat(TestTable.dataFiles(table.load()))
                .hasSize(4)
                .allSatisfy(file -> assertThat(file.location().split("/")).allMatch(name -> name.length() <= 255))
                .filteredOn(file -> file.location().contains("country=de"))
                .hasSize(2);
    }

    @Test
    void rowsLargerThanAPageARowGroupAndAFile() {
        TestTable table = TestTable.create(PartitionSpec.unpartitioned(), List.of(1), 1);
        String large = "x".repeat(3 << 20);
        write(table, upsert(1, "de", large), upsert(2, "de", "small"), upsert(3, "de", large + "y"));
        write(table, upsert(1, "de", large + "z"));

        assertThat(notes(table)).containsExactlyInAnyOrder(large + "z", "small", large + "y");
    }

    private static Row[] ofEachPartition(String note) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 2 * PARTITIONS; i++) {
            rows.add(upsert(i, "c" + i % PARTITIONS, note));
        }
        return rows.toArray(Row[]::new);
    }

    private static Row upsert(long id, String country, String note) {
        return Row.of(RowOperation.UPSERT, id, country, null, note, null);
    }

    private void write(TestTable table, Row... rows) {
        BucketWriter writer = open(table);
        writer.write(++offset, TestTable.SCHEMA, TestTable.batch(TestTable.SCHEMA, List.of(rows)));
        BucketChanges changes = writer.flush(offset).orElseThrow();
        TableCommitter.commit(table.load(), table.layout(), List.of(changes), new CommitId("sink", epoch, offset));
        writer.close();
    }

    private BucketWriter open(TestTable table) {
        return BucketWriter.open(table.load(), table.layout(), 0, ++epoch, SMALL);
    }

    private static List<@Nullable Object> notes(TestTable table) {
        Table loaded = table.load();
        List<@Nullable Object> notes = new ArrayList<>();
        for (List<@Nullable Object> row :
                TestTable.read(loaded, loaded.currentSnapshot().snapshotId())) {
            notes.add(row.get(3));
        }
        return notes;
    }
}
