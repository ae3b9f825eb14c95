package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.result.ResultSettings;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TailSettings;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.bucket.BucketSplit;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogToken;
import dev.floe.storage.stream.StreamId;
import dev.floe.storage.stream.StreamRows;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads at latest agree with a map after every entry of a random log, wherever commits stand. */
class LatestModelTest {
    private static final int STEPS = 60;
    private static final int KEYS = 50;
    private static final Duration LIFETIME = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final MemoryLog log = new MemoryLog(0);
    private EngineFixture fixture;
    private TableDefinition table;
    private LogTail tail;
    private CalciteQueryEngine engine;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("seeds", 3));
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
                Types.NestedField.optional(2, "n", Types.IntegerType.get()));
        open(TailSettings.defaults());
    }

    private void open(TailSettings settings) {
        tail = new LogTail(fixture.catalog.tables(), fixture.catalog.suspensions(), settings, LIFETIME);
        tail.begin(new long[1], Map.of(), log);
        engine = new CalciteQueryEngine(
                fixture.catalog,
                (principal, changed, rows) -> {},
                tail,
                new EngineSettings(
                        settings,
                        new ScanSettings(folder.resolve("latest"), 256 << 20, 2, 1L << 30),
                        ResultSettings.NONE));
    }

    @AfterEach
    void close() {
        engine.close();
        fixture.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyLatestReadIsTheMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<Long, Integer> model = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            if (step == STEPS / 2) {
                table = fixture.catalog
                        .tables()
                        .alter(
                                table.name(),
                                0,
                                List.of(
                                        new ColumnChange.Add(
                                                "",
                                                Types.NestedField.optional(1, "note", Types.StringType.get()),
                                                new ColumnChange.Place.Last()),
                                        new ColumnChange.Rename("n", "number")));
            }
            append(random, model);
            if (random.nextInt(5) == 0) {
                commit(random);
            }
            assertLatest(model);
        }
    }

    /** A batch with twins of its own; now and then one of a stream, sent twice, the second time with old values. */
    private void append(SplittableRandom random, Map<Long, Integer> model) {
        int rows = 1 + random.nextInt(12);
        List<Long> ids = new ArrayList<>();
        List<@Nullable Integer> values = new ArrayList<>();
        byte[] operations = new byte[rows];
        for (int row = 0; row < rows; row++) {
            long id = random.nextInt(KEYS);
            int value = random.nextInt();
            boolean delete = random.nextInt(4) == 0;
            operations[row] = delete ? RowOperation.DELETE : RowOperation.UPSERT;
            ids.add(id);
            values.add(delete ? null : Integer.valueOf(value));
            if (delete) {
                model.remove(id);
            } else {
                model.put(id, value);
            }
        }
        boolean streamed = random.nextBoolean();
        for (LogEntry entry : entries(ids, values, operations, streamed ? random.nextLong() : 0)) {
            log.add(tail, entry);
            if (streamed && random.nextBoolean()) {
                log.repeated.add(log.add(tail, entry));
            }
        }
    }

    private List<LogEntry> entries(List<Long> ids, List<@Nullable Integer> values, byte[] operations, long stream) {
        List<Vector> columns =
                List.of(VectorBuilder.of(Types.LongType.get(), ids), VectorBuilder.of(Types.IntegerType.get(), values));
        ColumnBatch batch = new ColumnBatch(operations.length, List.of(1, 2), columns, operations);
        int[] buckets = BucketFunction.of(table.schema(), table.keyFieldIds(), table.buckets())
                .bucketsOf(batch);
        List<LogEntry> entries = new ArrayList<>();
        BucketSplit.split(batch, buckets, table.buckets()).forEach((bucket, part) -> {
            List<StreamRows> streams = stream == 0
                    ? List.of()
                    : List.of(StreamRows.of(
                            new StreamId(stream, 0),
                            1,
                            StreamRows.NONE,
                            LongStream.range(0, part.rowCount()).toArray()));
            entries.add(new LogEntry(table.id(), table.schemaVersion(), bucket, part, streams));
        });
        return entries;
    }

    /** What the job does with a prefix of the log: some buckets, each up to an entry of its own. */
    private void commit(SplittableRandom random) {
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        long epoch = fixture.catalog.nextEpoch();
        List<BucketChanges> changes = new ArrayList<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            int until = random.nextInt(log.entries.size() + 1);
            try (BucketWriter writer =
                    BucketWriter.open(iceberg, table.layout(), bucket, epoch, WriterSettings.defaults())) {
                for (int offset = 0; offset < until; offset++) {
                    LogEntry entry = log.entries.get(offset);
                    if (entry.bucket() == bucket) {
                        boolean again = log.repeated.contains((long) offset);
                        ColumnBatch batch = again ? entry.batch().rows(new int[0], 0) : entry.batch();
                        writer.write(
                                offset, fixture.catalog.tables().schemaAt(table.id(), entry.schemaVersion()), batch);
                    }
                }
                writer.flush(epoch).ifPresent(changes::add);
            }
        }
        if (!changes.isEmpty()) {
            TableCommitter.commit(
                    iceberg, table.layout(), changes, new CommitId(fixture.catalog.sinkId(), epoch, epoch));
        }
    }

    private void assertLatest(Map<Long, Integer> model) {
        Map<Long, Integer> found = new HashMap<>();
        String column = table.schema().findColumnName(2);
        for (List<@Nullable Object> row : select("SELECT id, \"" + column + "\" FROM t", new ReadCut.Latest())) {
            assertThat(found.put((Long) row.get(0), (Integer) row.get(1)))
                    .as("twin of %s", row)
                    .isNull();
        }
        assertThat(found).isEqualTo(model);
        long one = model.size() % KEYS;
        assertThat(select("SELECT \"" + column + "\" FROM t WHERE id = " + one, new ReadCut.Latest()))
                .isEqualTo(model.containsKey(one) ? List.of(List.of(model.get(one))) : List.of());
    }

    private List<List<@Nullable Object>> select(String sql, ReadCut cut) {
        try (QueryCursor cursor = engine.execute(
                EngineFixture.READER,
                engine.prepare(EngineFixture.READER, sql),
                EngineFixture.row(List.of()),
                cut,
                EngineFixture.LIMITS)) {
            return EngineFixture.drain(cursor);
        }
    }

    @Test
    void aTokenIsVisibleBeforeItsCommit() {
        long offset = log.add(tail, upsert(7, 70));
        LogToken token = new LogToken(table.id(), Map.of(log.entries.get(0).bucket(), offset));
        assertThat(select("SELECT n FROM t", new ReadCut.AtToken(token))).isEqualTo(List.of(List.of(70)));
        assertThat(select("SELECT n FROM t", new ReadCut.Committed())).isEmpty();
    }

    @Test
    void aTailWithoutRoomWaitsForTheCommit() {
        engine.close();
        open(new TailSettings(1, Duration.ofMillis(200)));
        log.add(tail, upsert(7, 70));
        assertThat(tail.overflows()).isEqualTo(1);
        assertThatThrownBy(() -> select("SELECT n FROM t", new ReadCut.Latest()))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_VISIBLE_YET));
        commitAll();
        assertThat(select("SELECT n FROM t", new ReadCut.Latest())).isEqualTo(List.of(List.of(70)));
    }

    @Test
    void anEntryThatCannotBeReadEndsTheTailOfItsBucket() {
        log.add(tail, upsert(7, 70));
        LogEntry damaged = upsert(7, 71);
        byte[] bytes = LogEntryCodec.encode(damaged);
        bytes[bytes.length - 1] ^= 1;
        log.add(tail, damaged, bytes);
        log.add(tail, upsert(7, 72));
        try (QueryCursor cursor = engine.execute(
                EngineFixture.READER,
                engine.prepare(EngineFixture.READER, "SELECT n FROM t"),
                EngineFixture.row(List.of()),
                new ReadCut.Latest(),
                EngineFixture.LIMITS)) {
            assertThat(EngineFixture.drain(cursor)).isEqualTo(List.of(List.of(70)));
            assertThat(cursor.cuts().get(0).notice()).contains("can't be read");
        }
    }

    @Test
    void forgetsWhatSnapshotsHave() {
        for (int i = 0; i < 20; i++) {
            log.add(tail, upsert(i, i));
        }
        assertThat(select("SELECT COUNT(*) FROM t", new ReadCut.Latest())).isEqualTo(List.of(List.of(20L)));
        assertThat(tail.bytes()).isPositive();
        commitAll();
        tail.forget(table.id(), TableCommitter.offsets(fixture.catalog.tables().iceberg(table.name())));
        assertThat(tail.bytes()).isZero();
        assertThat(select("SELECT COUNT(*) FROM t", new ReadCut.Latest())).isEqualTo(List.of(List.of(20L)));
    }

    private LogEntry upsert(long id, int value) {
        return entries(List.of(id), List.of(value), new byte[] {RowOperation.UPSERT}, 0)
                .get(0);
    }

    private void commitAll() {
        Table iceberg = fixture.catalog.tables().iceberg(table.name());
        long epoch = fixture.catalog.nextEpoch();
        List<BucketChanges> changes = new ArrayList<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            try (BucketWriter writer =
                    BucketWriter.open(iceberg, table.layout(), bucket, epoch, WriterSettings.defaults())) {
                for (int offset = 0; offset < log.entries.size(); offset++) {
                    if (log.entries.get(offset).bucket() == bucket) {
                        writer.write(
                                offset, table.schema(), log.entries.get(offset).batch());
                    }
                }
                writer.flush(epoch).ifPresent(changes::add);
            }
        }
        if (!changes.isEmpty()) {
            TableCommitter.commit(
                    iceberg, table.layout(), changes, new CommitId(fixture.catalog.sinkId(), epoch, epoch));
        }
    }
}
