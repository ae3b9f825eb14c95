package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.DeclaredIndex;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableIndex;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.result.ResultSettings;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TailSettings;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.compact.CompactionTask;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.SidecarName;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Statements that secondary indexes answer find what a filter over a map finds, at latest and committed, whichever
 * files have an index, a damaged one or none, and whatever became of the columns.
 */
class IndexModelTest {
    private static final int STEPS = 30;
    private static final int KEYS = 60;
    private static final int COLOURS = 7;
    private static final int SIZES = 5;
    private static final int COLOUR = 2;
    private static final int SIZE = 3;

    @TempDir
    Path folder;

    private final MemoryLog log = new MemoryLog(0);
    private final Map<Long, Row> model = new HashMap<>();
    private SplittableRandom random = new SplittableRandom(0);
    private EngineFixture fixture;
    private TableDefinition table;
    private LogTail tail;
    private CalciteQueryEngine latest;
    private CalciteQueryEngine committed;
    private long byIndex;

    private record Row(@Nullable String colour, @Nullable Long size) {}

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 2));
    }

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
        table = fixture.create(
                "default",
                "t",
                List.of("id"),
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(COLOUR, "colour", Types.StringType.get()),
                Types.NestedField.optional(SIZE, "size", Types.IntegerType.get()));
        TailSettings settings = TailSettings.defaults();
        tail = new LogTail(fixture.catalog.tables(), fixture.catalog.suspensions(), settings, Duration.ofHours(1));
        tail.begin(new long[1], Map.of(), log);
        latest = new CalciteQueryEngine(
                fixture.catalog,
                (principal, changed, rows) -> {},
                tail,
                new EngineSettings(
                        settings,
                        new ScanSettings(folder.resolve("scans"), 512 << 20, 2, 1L << 30),
                        ResultSettings.NONE));
        committed = new CalciteQueryEngine(fixture.catalog, (principal, changed, rows) -> {});
    }

    @AfterEach
    void close() {
        latest.close();
        committed.close();
        fixture.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyLookupIsTheFilter(long seed) throws IOException {
        random = new SplittableRandom(seed);
        for (int step = 0; step < STEPS; step++) {
            step(step);
            assertLookups();
        }
        assertThat(byIndex).as("statements answered by an index").isPositive();
    }

    private void step(int step) throws IOException {
        if (step == STEPS / 2) {
            alter(
                    new ColumnChange.Rename("colour", "color"),
                    new ColumnChange.Widen("size", Types.LongType.get()),
                    new ColumnChange.Add(
                            "",
                            Types.NestedField.optional(1, "note", Types.StringType.get()),
                            new ColumnChange.Place.First()));
        }
        int action = random.nextInt(20);
        if (action < 8) {
            append();
        } else if (action < 13) {
            write(Work.FLUSH);
        } else if (action < 15) {
            write(Work.COMPACT);
        } else if (action < 17) {
            declare();
        } else if (action < 19) {
            backfill();
        } else {
            damage();
        }
    }

    private void alter(ColumnChange... changes) {
        table = fixture.catalog.tables().alter(table.name(), 0, List.of(changes));
    }

    private void append() {
        int rows = 1 + random.nextInt(15);
        List<@Nullable Object> ids = new ArrayList<>();
        List<@Nullable Object> colours = new ArrayList<>();
        List<@Nullable Object> sizes = new ArrayList<>();
        byte[] operations = new byte[rows];
        boolean isWide = table.schemaVersion() > 1;
        for (int row = 0; row < rows; row++) {
            long id = random.nextInt(KEYS);
            boolean delete = random.nextInt(4) == 0;
            String colour = delete || random.nextInt(9) == 0 ? null : "c" + random.nextInt(COLOURS);
            Long size = delete || random.nextInt(9) == 0 ? null : (long) random.nextInt(SIZES);
            operations[row] = delete ? RowOperation.DELETE : RowOperation.UPSERT;
            ids.add(id);
            colours.add(colour);
            sizes.add(size == null || isWide ? size : (Object) size.intValue());
            if (delete) {
                model.remove(id);
            } else {
                model.put(id, new Row(colour, size));
            }
        }
        ColumnBatch batch = new ColumnBatch(
                rows,
                List.of(1, COLOUR, SIZE),
                List.of(
                        VectorBuilder.of(Types.LongType.get(), ids),
                        VectorBuilder.of(Types.StringType.get(), colours),
                        VectorBuilder.of(isWide ? Types.LongType.get() : Types.IntegerType.get(), sizes)),
                operations);
        int[] buckets = BucketFunction.of(table.schema(), table.keyFieldIds(), table.buckets())
                .bucketsOf(batch);
        BucketSplit.split(batch, buckets, table.buckets())
                .forEach((bucket, part) ->
                        log.add(tail, new LogEntry(table.id(), table.schemaVersion(), bucket, part, List.of())));
    }

    private enum Work {
        FLUSH,
        COMPACT
    }

    /** What the job does: files of some prefix of each bucket's log, or merged ones; it may not know of indexes yet. */
    private void write(Work work) {
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        long epoch = fixture.catalog.nextEpoch();
        List<IndexFields> known = random.nextInt(3) > 0 ? table.indexFields() : List.of();
        List<BucketChanges> changes = new ArrayList<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            int until = work == Work.FLUSH ? random.nextInt(log.entries.size() + 1) : 0;
            try (BucketWriter writer =
                    BucketWriter.open(iceberg, table.layout(), bucket, epoch, WriterSettings.defaults())) {
                writer.index(known);
                for (int offset = 0; offset < until; offset++) {
                    LogEntry entry = log.entries.get(offset);
                    if (entry.bucket() == bucket) {
                        writer.write(
                                offset,
                                fixture.catalog.tables().schemaAt(table.id(), entry.schemaVersion()),
                                entry.batch());
                    }
                }
                Optional<CompactionTask> merge =
                        work == Work.COMPACT ? writer.planCompaction(runs -> runs) : Optional.empty();
                merge.ifPresent(task ->
                        writer.install(writer.compaction(task, () -> false).get()));
                writer.flush(epoch).ifPresent(changes::add);
            }
        }
        if (!changes.isEmpty()) {
            TableCommitter.commit(
                    iceberg, table.layout(), changes, new CommitId(fixture.catalog.sinkId(), epoch, epoch));
        }
    }

    private void declare() {
        if (!table.indexes().isEmpty() && random.nextInt(3) == 0) {
            alter(new ColumnChange.DropIndex(table.indexes().get(0).name()));
        } else {
            List<Integer> ids = List.of(List.of(COLOUR), List.of(SIZE), List.of(SIZE, COLOUR))
                    .get(random.nextInt(3));
            if (!table.indexFields().contains(new IndexFields(ids))) {
                alter(new ColumnChange.AddIndex(new DeclaredIndex(
                        "by_" + new IndexFields(ids).text().replace('-', '_'),
                        ids.stream().map(id -> column(id)).toList())));
            }
        }
    }

    private void backfill() {
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        FileIndexes indexes = new FileIndexes("t", iceberg.io());
        for (DataFile file : files(iceberg)) {
            for (TableIndex index : table.indexes()) {
                if (random.nextInt(4) > 0 && !indexes.has(file, index.fields())) {
                    indexes.make(file, index.fields(), iceberg.schema());
                }
            }
        }
    }

    /** Spoils, or takes away, indexes that no engine has open. */
    private void damage() throws IOException {
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        for (DataFile file : files(iceberg)) {
            for (TableIndex index : table.indexes()) {
                Path path = Path.of(SidecarName.of(file.location(), index.fields()));
                if (Files.exists(path) && random.nextBoolean()) {
                    byte[] bytes = Files.readAllBytes(path);
                    Files.delete(path);
                    if (random.nextInt(3) > 0) {
                        Files.write(path, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
                    }
                }
            }
        }
        committed.close();
        committed = new CalciteQueryEngine(fixture.catalog, (principal, changed, rows) -> {});
    }

    private static List<DataFile> files(Table iceberg) {
        List<DataFile> files = new ArrayList<>();
        iceberg.newScan().planFiles().forEach(task -> files.add(task.file()));
        return files;
    }

    private String column(int fieldId) {
        return table.schema().findColumnName(fieldId);
    }

    private void assertLookups() {
        String all = "SELECT id, " + column(COLOUR) + ", \"" + column(SIZE) + "\" FROM t";
        Map<Long, Row> stored = rows(select(committed, new ReadCut.Committed(), all));
        assertThat(rows(select(latest, new ReadCut.Latest(), all))).isEqualTo(model);
        String c = "c" + random.nextInt(COLOURS);
        String d = "c" + random.nextInt(COLOURS);
        long s = random.nextInt(SIZES);
        String name = column(COLOUR);
        assertFound(stored, all + " WHERE " + name + " = ?", row -> c.equals(row.colour), c);
        assertFound(
                stored,
                all + " WHERE " + name + " IN (?, ?, 'none')",
                row -> c.equals(row.colour) || d.equals(row.colour),
                c,
                d);
        assertFound(
                stored,
                all + " WHERE " + name + " = ? AND \"size\" = ?",
                row -> c.equals(row.colour) && Long.valueOf(s).equals(row.size),
                c,
                s);
        assertFound(
                stored,
                all + " WHERE \"size\" IN (?, 2) AND " + name + " > 'c3'",
                row -> row.size != null
                        && (row.size == s || row.size == 2)
                        && row.colour != null
                        && row.colour.compareTo("c3") > 0,
                s);
        assertThat(select(
                                latest,
                                new ReadCut.Latest(),
                                "SELECT COUNT(*), MIN(UPPER(" + name + ")) FROM t WHERE \"size\" = 3")
                        .get(0)
                        .get(0))
                .isEqualTo(model.values().stream()
                        .filter(row -> Long.valueOf(3).equals(row.size))
                        .count());
    }

    private void assertFound(Map<Long, Row> stored, String sql, Predicate<Row> filter, Object... parameters) {
        assertThat(rows(select(latest, new ReadCut.Latest(), sql, parameters)))
                .as("%s at latest", sql)
                .isEqualTo(filtered(model, filter));
        assertThat(rows(select(committed, new ReadCut.Committed(), sql, parameters)))
                .as("%s committed", sql)
                .isEqualTo(filtered(stored, filter));
    }

    private static Map<Long, Row> filtered(Map<Long, Row> rows, Predicate<Row> filter) {
        Map<Long, Row> found = new HashMap<>();
        rows.forEach((id, row) -> {
            if (filter.test(row)) {
                found.put(id, row);
            }
        });
        return found;
    }

    private static Map<Long, Row> rows(List<List<@Nullable Object>> values) {
        Map<Long, Row> rows = new HashMap<>();
        for (List<@Nullable Object> row : values) {
            Number size = (Number) row.get(2);
            Row read = new Row((String) row.get(1), size == null ? null : (Long) size.longValue());
            assertThat(rows.put((Long) row.get(0), read)).as("twin of %s", row).isNull();
        }
        return rows;
    }

    private List<List<@Nullable Object>> select(
            CalciteQueryEngine engine, ReadCut cut, String sql, Object... parameters) {
        PreparedQuery query = engine.prepare(EngineFixture.READER, sql);
        List<Type> types = query.parameterTypes();
        for (int i = 0; i < parameters.length; i++) {
            if (types.get(i).typeId() == Type.TypeID.INTEGER) {
                parameters[i] = ((Number) parameters[i]).intValue();
            }
        }
        long before = engine.counts().lookups();
        try (QueryCursor cursor = engine.execute(
                EngineFixture.READER, query, EngineFixture.row(types, parameters), cut, EngineFixture.LIMITS)) {
            List<List<@Nullable Object>> rows = EngineFixture.drain(cursor);
            byIndex += engine.counts().lookups() - before;
            return rows;
        }
    }
}
