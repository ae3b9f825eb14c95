package dev.floe.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.LookupResult;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TailSettings;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.log.LogEntryCodec;
import dev.floe.storage.log.LogKey;
import dev.floe.storage.log.LogPartitioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lookup that reads before it knows where the log ends sees every row stored before it began all the same. */
class EarlyLookupTest {
    private static final int PARTITIONS = 4;
    private static final long KEY = 7;

    @TempDir
    Path folder;

    private EngineFixture fixture;
    private TableDefinition table;
    private LogTail tail;
    private CalciteQueryEngine engine;
    private final long[] stored = new long[PARTITIONS];
    private CompletableFuture<long[]> answer = CompletableFuture.completedFuture(stored);

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
        TailSettings settings = new TailSettings(1 << 20, Duration.ofSeconds(20));
        tail = new LogTail(fixture.catalog.tables(), fixture.catalog.suspensions(), settings, Duration.ofHours(1));
        tail.begin(new long[PARTITIONS], Map.of(), () -> answer);
        engine = new CalciteQueryEngine(fixture.catalog, (principal, changed, rows) -> {}, tail, settings);
        follow(store(KEY, 70));
    }

    @AfterEach
    void close() {
        engine.close();
        fixture.close();
    }

    @Test
    void getWaitsForARowThatIsStoredAndNotFollowed() {
        assertThat(get()).isEqualTo(70);
        followWhenAReadWaits(store(KEY, 71));
        assertThat(get()).isEqualTo(71);
    }

    @Test
    void aStatementByKeyWaitsForARowThatIsStoredAndNotFollowed() {
        PreparedQuery statement = prepared();
        assertThat(rows(statement)).containsExactly(List.of(70));
        followWhenAReadWaits(store(KEY, 71));
        assertThat(rows(statement)).containsExactly(List.of(71));
    }

    @Test
    void aKeyDoesNotWaitForPartitionsOfOthers() {
        store(other(), 1);
        assertThat(get(Duration.ofMillis(1))).isEqualTo(70);
    }

    @Test
    void aRowThatIsNeverFollowedIsWaitedForUntilTheDeadline() {
        store(KEY, 71);
        assertThatThrownBy(() -> get(Duration.ofMillis(10)))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_VISIBLE_YET));
    }

    @Test
    void whatWasReadIsNotGivenWhereNobodySaysWhereTheLogEnds() {
        answer = CompletableFuture.failedFuture(new FloeException(ErrorCode.LOG_UNAVAILABLE, "no broker"));
        assertThatThrownBy(this::get)
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE));
        assertThatThrownBy(() -> rows(prepared()))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_UNAVAILABLE));
    }

    /** Puts an entry where the brokers have it, and the tail has not. */
    private LogEntry store(long id, int value) {
        ColumnBatch row = new ColumnBatch(
                1,
                List.of(1, 2),
                List.of(
                        VectorBuilder.of(Types.LongType.get(), List.of(id)),
                        VectorBuilder.of(Types.IntegerType.get(), List.of(value))),
                new byte[] {RowOperation.UPSERT});
        LogEntry entry = new LogEntry(table.id(), table.schemaVersion(), bucket(id), row, List.of());
        stored[partition(entry.bucket())]++;
        return entry;
    }

    private void follow(LogEntry entry) {
        int partition = partition(entry.bucket());
        byte[] key = new LogKey(entry.tableId(), entry.bucket()).encode();
        tail.add(stored[partition] - 1, 0, key, LogEntryCodec.encode(entry));
        tail.advance(partition, stored[partition]);
    }

    private void followWhenAReadWaits(LogEntry entry) {
        Thread reader = Thread.currentThread();
        Thread follower = new Thread(() -> {
            await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
            follow(entry);
        });
        follower.setDaemon(true);
        follower.start();
    }

    /** A key whose bucket has another partition. */
    private long other() {
        return LongStream.iterate(KEY + 1, id -> id + 1)
                .filter(id -> partition(bucket(id)) != partition(bucket(KEY)))
                .findFirst()
                .orElseThrow();
    }

    private int partition(int bucket) {
        return LogPartitioner.partitionOf(table.id(), bucket, PARTITIONS);
    }

    private int bucket(long id) {
        return BucketFunction.of(table.schema(), table.keyFieldIds(), table.buckets())
                .bucketsOf(keys(id))[0];
    }

    private static ColumnBatch keys(long id) {
        return new ColumnBatch(
                1, List.of(1), List.of(VectorBuilder.of(Types.LongType.get(), List.of(id))), new byte[1]);
    }

    private @Nullable Object get() {
        return get(Duration.ofSeconds(20));
    }

    private @Nullable Object get(Duration waitMax) {
        LookupResult found = engine.lookup(
                EngineFixture.READER, new LookupRequest("t", keys(KEY), List.of(), new ReadCut.Latest(), waitMax));
        return ValueReader.value(
                found.rows().columns().get(1),
                Types.IntegerType.get(),
                found.rowOf().get(0));
    }

    private PreparedQuery prepared() {
        return engine.prepare(EngineFixture.READER, "SELECT n FROM t WHERE id = " + KEY);
    }

    private List<List<@Nullable Object>> rows(PreparedQuery statement) {
        try (QueryCursor cursor = engine.execute(
                EngineFixture.READER,
                statement,
                EngineFixture.row(List.of()),
                new ReadCut.Latest(),
                EngineFixture.LIMITS)) {
            return EngineFixture.drain(cursor);
        }
    }
}
