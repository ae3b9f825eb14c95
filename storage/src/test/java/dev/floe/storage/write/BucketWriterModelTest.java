package dev.floe.storage.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.CommittedOffsets;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.compact.CompactedRuns;
import dev.floe.storage.compact.CompactionStrategy;
import dev.floe.storage.compact.RunStats;
import dev.floe.storage.index.ValueHasher;
import dev.floe.storage.keys.IndexBudget;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.SidecarName;
import dev.floe.storage.sidecar.ValueIndex;
import dev.floe.storage.write.TestTable.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every snapshot is the log prefix its offsets name, with one live row a key, whatever order entries, checkpoints,
 * late commits, compactions and crashes come in. The model is a map that the log is applied to. Secondary indexes come
 * and go meanwhile: each that a file has says of the file what its columns do.
 */
class BucketWriterModelTest {
    private static final int STEPS = 80;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 60));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everySnapshotIsTheLogPrefixItNames(long seed) {
        Run run = new Run(new SplittableRandom(seed));
        for (int step = 0; step < STEPS; step++) {
            run.step();
        }
        run.checkpoint();
        run.commitPending();

        Table table = run.table.load();
        for (Snapshot snapshot : table.snapshots()) {
            assertThat(TestTable.read(table, snapshot.snapshotId()))
                    .as("snapshot %s", snapshot.snapshotId())
                    .containsExactlyInAnyOrderElementsOf(run.expected(offsetsOf(table, snapshot)));
            assertThat(snapshot.summary().getOrDefault("total-equality-deletes", "0"))
                    .isEqualTo("0");
        }
        run.requireIndexes();
    }

    private static CommittedOffsets offsetsOf(Table table, Snapshot snapshot) {
        table.manageSnapshots().setCurrentSnapshot(snapshot.snapshotId()).commit();
        return TableCommitter.offsets(table);
    }

    private record Entry(long offset, ColumnBatch batch) {}

    /** The log of one bucket, and how far its writer has been fed. */
    private static final class Bucket {
        private final List<Entry> log = new ArrayList<>();
        private BucketWriter writer;
        private @Nullable Supplier<CompactedRuns> compaction;
        private int fed;

        Bucket(BucketWriter writer) {
            this.writer = writer;
        }
    }

    /** One table with its log, its writers and its committer. */
    private static final class Run {
        private final SplittableRandom random;
        private final TestTable table;
        private final boolean keyed;
        private final WriterSettings settings;
        private final BucketFunction function;
        private final IndexBudget budget;
        private final List<Bucket> buckets = new ArrayList<>();
        private final List<List<BucketChanges>> pending = new ArrayList<>();
        private List<IndexFields> indexes = List.of();
        private long nextOffset = 0;
        private long epoch = 0;
        private long checkpoint = 0;
        private int nextAppend = 0;

        Run(SplittableRandom random) {
            this.random = random;
            int count = 1 + random.nextInt(3);
            List<Integer> key =
                    List.of(List.of(1), List.of(1, 2), List.<Integer>of()).get(random.nextInt(3));
            this.keyed = !key.isEmpty();
            PartitionSpec.Builder spec = PartitionSpec.builderFor(TestTable.SCHEMA);
            if (random.nextBoolean()) {
                spec.identity("country");
            }
            if (key.size() == 1) {
                spec.bucket("id", count);
            }
            this.table = TestTable.create(spec.build(), key, count);
            this.settings = new WriterSettings(
                    1 + random.nextInt(5_000), 1 + random.nextInt(20_000), 1 + random.nextInt(4_000), 5, 1);
            this.function = BucketFunction.of(TestTable.SCHEMA, keyed ? key : List.of(1), count);
            // from nothing, through a change in mid-run, to all that is needed
            this.budget = new IndexBudget(random.nextInt(5_000));
            for (int bucket = 0; bucket < count; bucket++) {
                buckets.add(new Bucket(open(bucket)));
            }
        }

        void step() {
            int action = random.nextInt(26);
            if (action < 8) {
                send();
            } else if (action < 14) {
                feed();
            } else if (action < 17) {
                checkpoint();
            } else if (action < 19) {
                commitPending();
            } else if (action < 23) {
                compact();
            } else if (action < 25) {
                index();
            } else {
                restart();
            }
        }

        private void send() {
            List<Row> rows = new ArrayList<>();
            int count = random.nextInt(12);
            for (int i = 0; i < count; i++) {
                rows.add(row());
            }
            ColumnBatch batch = TestTable.batch(TestTable.SCHEMA, rows);
            BucketSplit.split(batch, function.bucketsOf(batch), table.layout().buckets())
                    .forEach((bucket, part) -> {
                        nextOffset += 1 + random.nextInt(3);
                        buckets.get(bucket).log.add(new Entry(nextOffset, part));
                    });
        }

        private Row row() {
            long id = keyed ? random.nextInt(25) : nextAppend++;
            String country = List.of("de", "fr", "us").get(random.nextInt(3));
            if (keyed && random.nextInt(4) == 0) {
                return Row.of(RowOperation.DELETE, id, country, null, null, null);
            }
            return Row.of(
                    keyed ? RowOperation.UPSERT : RowOperation.APPEND,
                    id,
                    country,
                    random.nextInt(5) == 0 ? null : random.nextDouble(),
                    random.nextInt(5) == 0 ? null : "note " + random.nextInt(1_000),
                    random.nextInt(3) == 0 ? null : List.of("t" + random.nextInt(3), "u"));
        }

        private void feed() {
            for (Bucket bucket : buckets) {
                int upTo = Math.min(bucket.log.size(), bucket.fed + random.nextInt(4));
                for (Entry entry : bucket.log.subList(bucket.fed, upTo)) {
                    bucket.writer.write(entry.offset(), TestTable.SCHEMA, entry.batch());
                }
                bucket.fed = upTo;
            }
        }

        /** Begins a compaction of some bucket, or ends one that was begun steps ago; sometimes it comes to nothing. */
        private void compact() {
            Bucket bucket = buckets.get(random.nextInt(buckets.size()));
            Supplier<CompactedRuns> merge = bucket.compaction;
            if (merge == null) {
                CompactionStrategy some = runs -> {
                    List<RunStats> chosen = runs.stream()
                            .filter(run -> run.partition().equals(runs.get(0).partition()))
                            .filter(run -> random.nextInt(3) > 0)
                            .toList();
                    return chosen;
                };
                bucket.compaction = bucket.writer
                        .planCompaction(some)
                        .map(task -> bucket.writer.compaction(task, () -> false))
                        .orElse(null);
                if (bucket.compaction != null && random.nextBoolean()) {
                    CompactedRuns early = bucket.compaction.get();
                    bucket.compaction = () -> early;
                }
            } else {
                if (random.nextInt(8) > 0) {
                    bucket.writer.install(merge.get());
                }
                bucket.compaction = null;
            }
        }

        private void index() {
            indexes = Stream.of(IndexFields.of(2), IndexFields.of(4), IndexFields.of(4, 2), IndexFields.of(1))
                    .filter(index -> random.nextBoolean())
                    .toList();
            buckets.forEach(bucket -> bucket.writer.index(indexes));
        }

        /** Compares the indexes that files have with the rows of the files, and with indexes made of these. */
        void requireIndexes() {
            Table loaded = table.load();
            FileIndexes files = new FileIndexes("t", loaded.io());
            for (DataFile file : TestTable.dataFiles(loaded)) {
                for (IndexFields fields : List.of(IndexFields.of(2), IndexFields.of(4), IndexFields.of(4, 2))) {
                    if (files.has(file, fields)) {
                        requireIndex(ValueIndex.open(loaded.io(), file, fields), rowsByHash(loaded, file, fields));
                        loaded.io().deleteFile(SidecarName.of(file.location(), fields));
                    }
                    requireIndex(files.open(file, fields, TestTable.SCHEMA), rowsByHash(loaded, file, fields));
                    assertThat(files.has(file, fields)).isTrue();
                }
            }
        }

        private static void requireIndex(ValueIndex index, Map<Long, List<Long>> rows) {
            rows.forEach((hash, positions) -> assertThat(index.positions(hash))
                    .containsExactly(
                            positions.stream().mapToLong(Long::longValue).toArray()));
            assertThat(index.size())
                    .isEqualTo(rows.values().stream().mapToInt(List::size).sum());
        }

        private static Map<Long, List<Long>> rowsByHash(Table table, DataFile file, IndexFields fields) {
            Map<Long, List<Long>> rows = new HashMap<>();
            ValueHasher hasher = new ValueHasher(fields.ids());
            long position = 0;
            try (RunReader reader = new RunReader(
                    table.io().newInputFile(file),
                    TestTable.SCHEMA,
                    TestTable.SCHEMA,
                    Expressions.alwaysTrue(),
                    null)) {
                for (ColumnBatch batch = reader.next(100); batch != null; batch = reader.next(100)) {
                    for (long hash : hasher.hash(batch, TestTable.SCHEMA)) {
                        long row = position++;
                        if (hash != ValueHasher.NONE) {
                            rows.computeIfAbsent(hash, each -> new ArrayList<>())
                                    .add(row);
                        }
                    }
                }
            }
            return rows;
        }

        void checkpoint() {
            checkpoint++;
            List<BucketChanges> changes = new ArrayList<>();
            buckets.forEach(bucket -> bucket.writer
                    .flush(checkpoint)
                    .ifPresent(change -> changes.add(BucketChangesCodec.decode(BucketChangesCodec.encode(change)))));
            pending.add(changes);
        }

        /** Commits what is pending, in one commit or one a checkpoint; sometimes all of it again. */
        void commitPending() {
            Table loaded = table.load();
            if (random.nextBoolean()) {
                List<BucketChanges> all = pending.stream().flatMap(List::stream).toList();
                TableCommitter.commit(loaded, table.layout(), all, new CommitId("sink", epoch, checkpoint));
            } else {
                for (List<BucketChanges> changes : pending) {
                    TableCommitter.commit(loaded, table.layout(), changes, new CommitId("sink", epoch, checkpoint));
                }
            }
            if (random.nextInt(3) > 0) {
                pending.clear();
            }
        }

        /** Drops writers and what was not committed, reopens at the table, feeds the log again from further back. */
        private void restart() {
            epoch++;
            pending.clear();
            if (keyed) {
                Table loaded = table.load();
                TestTable.dataFiles(loaded)
                        .forEach(file -> SidecarDamage.at(random).inflict(loaded.io(), file));
            }
            for (int number = 0; number < buckets.size(); number++) {
                Bucket bucket = buckets.get(number);
                bucket.writer.close();
                bucket.writer = open(number);
                bucket.compaction = null;
                int contained = 0;
                while (contained < bucket.log.size()
                        && bucket.log.get(contained).offset() <= bucket.writer.offset()) {
                    contained++;
                }
                bucket.fed = random.nextInt(contained + 1);
            }
        }

        private BucketWriter open(int bucket) {
            BucketWriter writer = BucketWriter.open(table.load(), table.layout(), bucket, epoch, settings, budget);
            writer.index(indexes);
            return writer;
        }

        List<List<@Nullable Object>> expected(CommittedOffsets offsets) {
            Map<List<@Nullable Object>, List<@Nullable Object>> live = new HashMap<>();
            for (int number = 0; number < buckets.size(); number++) {
                for (Entry entry : buckets.get(number).log) {
                    if (entry.offset() <= offsets.of(number)) {
                        apply(entry.batch(), live);
                    }
                }
            }
            return List.copyOf(live.values());
        }

        private void apply(ColumnBatch batch, Map<List<@Nullable Object>, List<@Nullable Object>> live) {
            for (int r = 0; r < batch.rowCount(); r++) {
                List<@Nullable Object> values = new ArrayList<>();
                for (Types.NestedField field : TestTable.SCHEMA.columns()) {
                    Vector column = batch.column(field.fieldId());
                    values.add(column == null ? null : ValueReader.value(column, field.type(), r));
                }
                List<@Nullable Object> key =
                        keyed ? values.subList(0, table.layout().keyFieldIds().size()) : values.subList(0, 1);
                if (batch.operations()[r] == RowOperation.DELETE) {
                    live.remove(key);
                } else {
                    live.put(key, values);
                }
            }
        }
    }
}
