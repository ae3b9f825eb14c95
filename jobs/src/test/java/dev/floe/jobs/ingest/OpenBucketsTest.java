package dev.floe.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.CompactionState;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.settings.Secret;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.keys.IndexBudget;
import dev.floe.storage.log.LogId;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.ValueIndex;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets of many tables share what one subtask may take. */
class OpenBucketsTest {
    private static final int ROWS = 1_000;
    private static final BucketLimits WIDE = new BucketLimits(2, 1_000, 1L << 30);

    @TempDir
    Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private Catalog catalog;

    private final Map<BucketKey, BucketChanges> flushed = new HashMap<>();
    private long checkpoint;
    private long offset;

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + temp.resolve("catalog.db"),
                "",
                new Secret(""),
                temp.resolve("warehouse").toString()));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void closesBucketsThatHaveBeenIdle() throws Exception {
        BucketKey key = table("idle");
        try (OpenBuckets buckets = buckets(WIDE)) {
            write(buckets, key);
            flush(buckets);
            commit(key);
            flush(buckets);
            flush(buckets);
            assertThat(buckets.count()).isEqualTo(1);

            flush(buckets);
            assertThat(buckets.count()).isZero();
        }
    }

    @Test
    void keepsIdleBucketsWhoseChangesAreNotCommitted() throws Exception {
        BucketKey key = table("waiting");
        try (OpenBuckets buckets = buckets(WIDE)) {
            write(buckets, key);
            flush(buckets);
            for (int i = 0; i < 5; i++) {
                flush(buckets);
            }
            assertThat(buckets.count()).isEqualTo(1);

            commit(key);
            flush(buckets);
            assertThat(buckets.count()).isZero();
        }
    }

    @Test
    void closesTheLongestIdleBucketForTheNext() throws Exception {
        BucketKey first = table("first");
        BucketKey second = table("second");
        try (OpenBuckets buckets = buckets(new BucketLimits(100, 2, 1L << 30))) {
            write(buckets, first);
            flush(buckets);
            commit(first);
            write(buckets, second);
            flush(buckets);
            commit(second);
            flush(buckets);

            write(buckets, table("third"));
            assertThat(buckets.count()).isEqualTo(2);
            BucketWriter again = buckets.writer(first).orElseThrow();
            assertThat(again.offset()).isEqualTo(1);
            assertThat(buckets.count()).isEqualTo(2);
        }
    }

    @Test
    void opensBeyondTheMostWhereEveryBucketHasRows() throws Exception {
        try (OpenBuckets buckets = buckets(new BucketLimits(100, 1, 1L << 30))) {
            write(buckets, table("a"));
            write(buckets, table("b"));

            assertThat(buckets.count()).isEqualTo(2);
        }
    }

    @Test
    void theFullestBucketWritesItsFilesWhereAllHoldTooMuch() throws Exception {
        BucketKey small = table("small");
        BucketKey large = table("large");
        try (OpenBuckets buckets = buckets(new BucketLimits(100, 100, 100_000))) {
            write(buckets, small);
            long rows = buckets.memtableBytes();
            for (int i = 0; i < 40; i++) {
                write(buckets, large);
                assertThat(buckets.memtableBytes()).isLessThanOrEqualTo(100_000);
            }
            assertThat(buckets.writer(small).orElseThrow().memtableBytes()).isEqualTo(rows);

            flush(buckets);
            assertThat(buckets.memtableBytes()).isZero();
            assertThat(changes(large).dataFiles().size()).isGreaterThan(3);
            assertThat(changes(large).dataFiles().stream()
                            .mapToLong(file -> file.recordCount())
                            .sum())
                    .isEqualTo(40L * ROWS);
        }
    }

    @Test
    void aBucketThatCanNotBeFlushedSuspendsItsOwnTable() throws Exception {
        BucketKey well = table("well");
        BucketKey broken = table("broken");
        try (OpenBuckets buckets = buckets(WIDE)) {
            write(buckets, broken);
            write(buckets, well);
            buckets.writer(broken).orElseThrow().close();

            flush(buckets);

            assertThat(flushed).containsOnlyKeys(well);
            assertThat(catalog.suspensions().suspended()).containsOnlyKeys(broken.tableId());
            assertThat(buckets.count()).isOne();
        }
    }

    /** A job that started again from its checkpoint would wait for ever. */
    @Test
    void aTableThatWasSetBackIsWrittenAnew() throws Exception {
        BucketKey key = table("set_back");
        try (OpenBuckets buckets = buckets(WIDE)) {
            write(buckets, key);
            pass(buckets, key);
            write(buckets, key);
            pass(buckets, key);
            for (int i = 0; i < 3; i++) {
                flush(buckets);
            }
            assertThat(buckets.count()).isZero();
            Table table = catalog.tables().iceberg(TableName.of("default", "set_back"));
            table.manageSnapshots()
                    .rollbackTo(table.history().get(0).snapshotId())
                    .commit();

            assertThatThrownBy(() -> write(buckets, key))
                    .isInstanceOfSatisfying(
                            FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));

            assertThat(catalog.suspensions().all().get(key.tableId()))
                    .extracting("generation")
                    .isEqualTo(1L);
        }
    }

    @Test
    void opensABucketForItsCompactionAndIsDoneOnceThatIsCommitted() throws Exception {
        BucketKey key = table("asked");
        try (OpenBuckets buckets = buckets(WIDE)) {
            for (int i = 0; i < 4; i++) {
                write(buckets, key);
                pass(buckets, key);
            }
        }
        assertThat(files(key)).hasSize(4);
        catalog.compactions().request(key.tableId());
        try (OpenBuckets buckets = buckets(WIDE)) {
            Awaitility.await().until(() -> {
                pass(buckets, key);
                return catalog.compactions().orders().isEmpty();
            });

            CompactionState.Full full =
                    catalog.compactions().state(key.tableId()).newest().orElseThrow();
            assertThat(full.bucketsDone()).isEqualTo(1);
            assertThat(full.figures().rowsIn()).isEqualTo(4L * ROWS);
            // the merged run, and that of the entry with which it was installed
            assertThat(files(key)).hasSize(2);
            assertThat(files(key).stream().mapToLong(DataFile::recordCount).sum())
                    .isEqualTo(5L * ROWS);
        }
    }

    @Test
    void aPauseKeepsACompactionFromBeginning() throws Exception {
        BucketKey key = table("paused");
        try (OpenBuckets buckets = buckets(WIDE)) {
            for (int i = 0; i < 4; i++) {
                write(buckets, key);
                pass(buckets, key);
            }
            catalog.compactions().request(key.tableId());
            catalog.compactions().pause(key.tableId(), true);
            for (int i = 0; i < 5; i++) {
                pass(buckets, key);
                assertThat(buckets.compactions().count()).isZero();
            }
            catalog.compactions().pause(key.tableId(), false);
            Awaitility.await().until(() -> {
                pass(buckets, key);
                return catalog.compactions().orders().isEmpty();
            });
            assertThat(files(key)).hasSize(2);
        }
    }

    @Test
    void filesHaveTheIndexesThatWereDeclaredMeanwhileAndThoseBeforeGetThem() throws Exception {
        BucketKey key = table("indexed");
        try (OpenBuckets buckets = buckets(WIDE)) {
            write(buckets, key);
            pass(buckets, key);
            TableName name = TableName.of("default", "indexed");
            catalog.tables()
                    .alter(name, 0, List.of(new ColumnChange.AddIndex(new DeclaredIndex("by_n", List.of("n")))));
            write(buckets, key);
            pass(buckets, key);

            Table table = catalog.tables().iceberg(name);
            FileIndexes indexes = new FileIndexes("indexed", table.io());
            assertThat(files(key)).hasSize(2);
            Awaitility.await().until(() -> files(key).stream().allMatch(file -> indexes.has(file, IndexFields.of(1))));
            assertThat(files(key))
                    .allSatisfy(file -> assertThat(ValueIndex.open(table.io(), file, IndexFields.of(1))
                                    .size())
                            .isEqualTo(ROWS));
        }
    }

    private OpenBuckets buckets(BucketLimits limits) {
        return new OpenBuckets(
                catalog,
                new ActiveTables(catalog.suspensions()),
                LogId.ANY,
                WriterSettings.defaults(),
                IndexBudget.unlimited(),
                catalog.nextEpoch(),
                limits,
                new CompactionRequests(catalog, key -> true),
                new TableIndexing(catalog, table -> true));
    }

    /** A checkpoint and its commit; a nudge brings an entry into the bucket, as the log would. */
    private void pass(OpenBuckets buckets, BucketKey key) throws InterruptedException {
        flushed.clear();
        List<Nudge> nudges = new ArrayList<>();
        buckets.flush(++checkpoint, flushed::put, nudges::add);
        if (flushed.containsKey(key)) {
            commit(key);
        }
        if (!nudges.isEmpty()) {
            write(buckets, key);
        }
    }

    private List<DataFile> files(BucketKey key) {
        TableDefinition definition = catalog.tables().find(key.tableId()).orElseThrow();
        List<DataFile> files = new ArrayList<>();
        catalog.tables().iceberg(definition.name()).newScan().planFiles().forEach(task -> files.add(task.file()));
        return files;
    }

    private BucketKey table(String name) {
        TableDefinition made = catalog.tables()
                .create(new TableDeclaration(
                        TableName.of("default", name),
                        TableMode.APPEND,
                        List.of(Types.NestedField.required(1, "n", Types.LongType.get())),
                        List.of(),
                        1,
                        List.of(),
                        BadRowPolicy.REJECT,
                        Map.of()));
        return new BucketKey(made.id(), 0);
    }

    /** A file whose channel was closed under an interrupted thread is no damaged file. */
    @Test
    void aTaskThatIsToStopWhileItReadsDoesNotSuspendTheTable() {
        BucketKey key = table("cancelled");
        ActiveTables active = new ActiveTables(catalog.suspensions());
        FloeException closed = new FloeException(
                ErrorCode.DATA_UNREADABLE,
                "can't read a file",
                new UncheckedIOException(new ClosedByInterruptException()));
        assertThatThrownBy(() -> active.suspend(key.tableId(), closed)).isSameAs(closed);

        FloeException unreadable = new FloeException(ErrorCode.DATA_UNREADABLE, "can't read a file");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> active.suspend(key.tableId(), unreadable)).isSameAs(unreadable);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(catalog.suspensions().suspended()).isEmpty();
        active.suspend(key.tableId(), new FloeException(ErrorCode.DATA_UNREADABLE, "damaged"));
        assertThat(catalog.suspensions().suspended()).containsKey(key.tableId());
    }

    private void write(OpenBuckets buckets, BucketKey key) throws InterruptedException {
        BucketWriter writer = buckets.writer(key).orElseThrow();
        Schema schema = catalog.tables().schemaAt(key.tableId(), 1);
        long before = writer.memtableBytes();
        byte[] operations = new byte[ROWS];
        Arrays.fill(operations, RowOperation.APPEND);
        ColumnBatch batch = new ColumnBatch(
                ROWS,
                List.of(1),
                List.of(VectorBuilder.of(Types.LongType.get(), Collections.nCopies(ROWS, 7L))),
                operations);
        writer.write(++offset, schema, batch);
        buckets.grew(writer.memtableBytes() - before);
    }

    private void flush(OpenBuckets buckets) throws InterruptedException {
        buckets.flush(++checkpoint, flushed::put, nudge -> {});
    }

    private BucketChanges changes(BucketKey key) {
        return Objects.requireNonNull(flushed.get(key));
    }

    private void commit(BucketKey key) {
        TableDefinition definition = catalog.tables().find(key.tableId()).orElseThrow();
        Table table = catalog.tables().iceberg(definition.name());
        TableCommitter.commit(
                table,
                definition.layout(),
                List.of(changes(key)),
                new CommitId(catalog.sinkId(), LogId.ANY, catalog.nextEpoch(), checkpoint));
    }
}
