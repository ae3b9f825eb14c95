package dev.floe.storage.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.write.TestTable.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Columns keep their values by field id, whatever changes of columns, entries of old and new versions, checkpoints and
 * restarts come in between. The model is a map from key to values by field id.
 */
class SchemaChangeModelTest {
    private static final int STEPS = 60;
    private static final int KEYS = 12;
    private static final Schema FIRST = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "count", Types.IntegerType.get()),
            Types.NestedField.optional(3, "ratio", Types.FloatType.get()),
            Types.NestedField.optional(4, "price", Types.DecimalType.of(8, 2)),
            Types.NestedField.required(5, "label", Types.StringType.get()),
            Types.NestedField.optional(
                    6, "place", Types.StructType.of(Types.NestedField.optional(7, "zip", Types.IntegerType.get()))));

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 30));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void columnsKeepTheirValuesByFieldId(long seed) {
        Run run = new Run(new SplittableRandom(seed));
        for (int step = 0; step < STEPS; step++) {
            run.step();
        }
        run.checkpoint();

        assertThat(run.stored()).isEqualTo(run.expected());
    }

    private record Entry(Schema schema, ColumnBatch batch) {}

    private static final class Run {
        private final SplittableRandom random;
        private final TestTable table;
        private final List<Schema> versions = new ArrayList<>();
        private final List<Entry> log = new ArrayList<>();
        private final Map<Long, Map<Integer, Object>> live = new TreeMap<>();
        private final WriterSettings settings;
        private BucketWriter writer;
        private long epoch;
        private long checkpoint;
        private int names;

        Run(SplittableRandom random) {
            this.random = random;
            this.table = TestTable.create(
                    FIRST, PartitionSpec.builderFor(FIRST).bucket("id", 1).build(), List.of(1), 1);
            this.settings = new WriterSettings(1 + random.nextInt(3_000), 20_000, 4_000, 5, 1);
            versions.add(table.load().schema());
            this.writer = open();
        }

        void step() {
            int action = random.nextInt(20);
            if (action < 4) {
                alter();
            } else if (action < 15) {
                send();
            } else if (action < 18) {
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
                            loaded, table.layout(), List.of(changes), new CommitId("sink", epoch, checkpoint)));
        }

        private BucketWriter open() {
            return BucketWriter.open(table.load(), table.layout(), 0, ++epoch, settings);
        }

        /** An entry of the newest version, or of one that a client has not noticed to be old. */
        private void send() {
            int back = random.nextInt(3) == 0 ? random.nextInt(Math.min(3, versions.size())) : 0;
            Schema schema = versions.get(versions.size() - 1 - back);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                rows.add(row(schema));
            }
            log.add(new Entry(schema, TestTable.batch(schema, rows)));
            rows.forEach(row -> apply(schema, row));
            feed();
        }

        private void feed() {
            for (int offset = (int) Math.max(0, writer.offset() + 1); offset < log.size(); offset++) {
                writer.write(offset, log.get(offset).schema(), log.get(offset).batch());
            }
        }

        private void alter() {
            Table loaded = table.load();
            Schema schema = loaded.schema();
            Types.NestedField column =
                    schema.columns().get(random.nextInt(schema.columns().size()));
            UpdateSchema update = loaded.updateSchema();
            String fresh = "c" + names++;
            int action = random.nextInt(6);
            if (action == 0) {
                update.addColumn(
                        fresh,
                        List.of(Types.IntegerType.get(), Types.StringType.get()).get(random.nextInt(2)));
            } else if (action == 1) {
                update.renameColumn(column.name(), fresh);
            } else if (action == 2) {
                update.moveFirst(column.name());
            } else if (column.fieldId() == 1) {
                return;
            } else if (action == 3 && schema.columns().size() > 2) {
                update.deleteColumn(column.name());
            } else if (action == 4) {
                update.makeColumnOptional(column.name());
            } else if (column.type().isStructType()) {
                update.addColumn(column.name(), fresh, Types.StringType.get());
            } else {
                update.updateColumn(column.name(), wider(column.type()));
            }
            update.commit();
            versions.add(table.load().schema());
        }

        private static Type.PrimitiveType wider(Type type) {
            return switch (type.typeId()) {
                case INTEGER -> Types.LongType.get();
                case FLOAT -> Types.DoubleType.get();
                case DECIMAL -> {
                    int precision = ((Types.DecimalType) type).precision();
                    yield Types.DecimalType.of(Math.min(38, precision + 7), 2);
                }
                default -> type.asPrimitiveType();
            };
        }

        private Row row(Schema schema) {
            boolean delete = random.nextInt(5) == 0;
            List<@Nullable Object> values = new ArrayList<>();
            for (Types.NestedField field : schema.columns()) {
                if (field.fieldId() == 1) {
                    values.add((long) random.nextInt(KEYS));
                } else if (delete || (field.isOptional() && random.nextInt(4) == 0)) {
                    values.add(null);
                } else {
                    values.add(value(field.type()));
                }
            }
            return new Row(delete ? RowOperation.DELETE : RowOperation.UPSERT, values);
        }

        private Object value(Type type) {
            return switch (type.typeId()) {
                case INTEGER -> random.nextInt();
                case LONG -> random.nextLong();
                case FLOAT -> (float) random.nextInt(1_000) / 8;
                case DOUBLE -> random.nextDouble();
                case DECIMAL -> BigDecimal.valueOf(random.nextInt(99_999_999), 2);
                case STRING -> "text " + random.nextInt(100);
                default -> struct(type.asStructType());
            };
        }

        private Record struct(Types.StructType type) {
            Record struct = GenericRecord.create(type);
            for (int i = 0; i < type.fields().size(); i++) {
                struct.set(i, value(type.fields().get(i).type()));
            }
            return struct;
        }

        private void apply(Schema schema, Row row) {
            Map<Integer, Object> values = new HashMap<>();
            for (int i = 0; i < row.values().size(); i++) {
                put(values, schema.columns().get(i), row.values().get(i));
            }
            Long id = (Long) values.get(1);
            if (row.isDelete()) {
                live.remove(id);
            } else {
                live.put(id, values);
            }
        }

        /** Values by field id in a form that widening leaves as it is. */
        private static void put(Map<Integer, Object> values, Types.NestedField field, @Nullable Object value) {
            if (value instanceof Record struct) {
                List<Types.NestedField> fields = field.type().asStructType().fields();
                for (int i = 0; i < fields.size(); i++) {
                    put(values, fields.get(i), struct.get(i));
                }
            } else if (value instanceof Integer number) {
                values.put(field.fieldId(), number.longValue());
            } else if (value instanceof Float number) {
                values.put(field.fieldId(), number.doubleValue());
            } else if (value != null) {
                values.put(field.fieldId(), value);
            }
        }

        Map<Long, Map<Integer, Object>> expected() {
            Map<Long, Map<Integer, Object>> expected = new TreeMap<>();
            Set<Integer> current =
                    TypeUtil.indexById(table.load().schema().asStruct()).keySet();
            live.forEach((id, values) -> {
                Map<Integer, Object> kept = new HashMap<>(values);
                kept.keySet().retainAll(current);
                expected.put(id, kept);
            });
            return expected;
        }

        Map<Long, Map<Integer, Object>> stored() {
            Table loaded = table.load();
            Map<Long, Map<Integer, Object>> rows = new TreeMap<>();
            try (CloseableIterable<Record> records =
                    IcebergGenerics.read(loaded).build()) {
                for (Record record : records) {
                    Map<Integer, Object> values = new HashMap<>();
                    List<Types.NestedField> columns = loaded.schema().columns();
                    for (int c = 0; c < columns.size(); c++) {
                        put(values, columns.get(c), record.get(c));
                    }
                    assertThat(rows.put((Long) values.get(1), values)).isNull();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return rows;
        }
    }
}
