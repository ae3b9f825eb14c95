package dev.floe.storage.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The greater version wins and lacking columns keep their values, wherever the older row is: in the batch, in the
 * memtable, in a file committed or not, before or after restarts. The model is a map.
 */
class UpsertRulesModelTest {
    private static final int STEPS = 50;
    private static final int KEYS = 10;
    private static final int SEQUENCE = 2;
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(SEQUENCE, "sequence", Types.IntegerType.get()),
            Types.NestedField.optional(3, "count", Types.IntegerType.get()),
            Types.NestedField.optional(4, "note", Types.StringType.get()),
            Types.NestedField.optional(5, "tags", Types.ListType.ofOptional(6, Types.StringType.get())));

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 12));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rowsAreWhatTheirRulesMakeOfTheLog(long seed) {
        Run run = new Run(new SplittableRandom(seed));
        for (int step = 0; step < STEPS; step++) {
            run.step();
        }
        run.checkpoint();

        Table table = run.table.load();
        Snapshot snapshot = table.currentSnapshot();
        assertThat(snapshot == null ? List.of() : TestTable.read(table, snapshot.snapshotId()))
                .containsExactlyInAnyOrderElementsOf(run.model.values());
    }

    private static final class Run {
        private final SplittableRandom random;
        private final TestTable table;
        private final TableLayout layout;
        private final WriterSettings settings;
        private final List<ColumnBatch> log = new ArrayList<>();
        private final Map<Long, List<@Nullable Object>> model = new TreeMap<>();
        private BucketWriter writer;
        private long epoch;
        private long checkpoint;

        Run(SplittableRandom random) {
            this.random = random;
            this.table = TestTable.create(
                    SCHEMA, PartitionSpec.builderFor(SCHEMA).bucket("id", 1).build(), List.of(1), 1);
            int rules = random.nextInt(3);
            this.layout =
                    new TableLayout(table.layout().tableId(), List.of(1), 1, rules == 0 ? 0 : SEQUENCE, rules != 1);
            this.settings = new WriterSettings(1 + random.nextInt(3_000), 20_000, 4_000, 5, 1);
            this.writer = open();
        }

        void step() {
            int action = random.nextInt(12);
            if (action < 9) {
                send();
            } else if (action < 11) {
                checkpoint();
            } else {
                writer = open();
                feed();
            }
        }

        void checkpoint() {
            checkpoint++;
            Table loaded = table.load();
            writer.flush(checkpoint)
                    .ifPresent(changes -> TableCommitter.commit(
                            loaded, layout, List.of(changes), new CommitId("sink", epoch, checkpoint)));
        }

        private BucketWriter open() {
            return BucketWriter.open(table.load(), layout, 0, ++epoch, settings);
        }

        private void feed() {
            for (int offset = (int) Math.max(0, writer.offset() + 1); offset < log.size(); offset++) {
                writer.write(offset, SCHEMA, log.get(offset));
            }
        }

        private void send() {
            List<Integer> given = new ArrayList<>();
            for (int field = 3; field <= 5; field++) {
                if (random.nextBoolean()) {
                    given.add(field);
                }
            }
            int count = 1 + random.nextInt(8);
            byte[] operations = new byte[count];
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                boolean delete = random.nextInt(5) == 0;
                operations[i] = delete ? RowOperation.DELETE : RowOperation.UPSERT;
                rows.add(row(given, delete));
                apply(operations[i], given, rows.get(i));
            }
            List<Integer> ids = new ArrayList<>(List.of(1, SEQUENCE));
            ids.addAll(given);
            List<Vector> columns = new ArrayList<>();
            for (int id : ids) {
                List<@Nullable Object> values = new ArrayList<>();
                rows.forEach(row -> values.add(row.get(id - 1)));
                columns.add(VectorBuilder.of(SCHEMA.findType(id), values));
            }
            log.add(new ColumnBatch(count, ids, columns, operations));
            feed();
        }

        private List<@Nullable Object> row(List<Integer> given, boolean delete) {
            List<@Nullable Object> row = Arrays.asList(new Object[5]);
            row.set(0, (long) random.nextInt(KEYS));
            row.set(1, delete && random.nextBoolean() ? null : random.nextInt(20));
            for (int field : given) {
                if (!delete && random.nextInt(4) > 0) {
                    row.set(
                            field - 1,
                            switch (field) {
                                case 3 -> random.nextInt(1_000);
                                case 4 -> "note " + random.nextInt(1_000);
                                default -> List.of("t" + random.nextInt(9), "u");
                            });
                }
            }
            return row;
        }

        private void apply(byte operation, List<Integer> given, List<@Nullable Object> row) {
            Long id = (Long) row.get(0);
            List<@Nullable Object> before = model.get(id);
            if (layout.hasVersions() && before != null && row.get(1) != null && sequence(before) > sequence(row)) {
                return;
            }
            if (operation == RowOperation.DELETE) {
                model.remove(id);
                return;
            }
            List<@Nullable Object> after = new ArrayList<>(row);
            for (int field = 3; field <= 5; field++) {
                if (layout.keepsAbsent() && before != null && !given.contains(field)) {
                    after.set(field - 1, before.get(field - 1));
                }
            }
            model.put(id, after);
        }

        private static int sequence(List<@Nullable Object> row) {
            return row.get(1) instanceof Integer number ? number : Integer.MIN_VALUE;
        }
    }
}
