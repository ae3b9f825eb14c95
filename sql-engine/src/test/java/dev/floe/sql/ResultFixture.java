package dev.floe.sql;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.name.TableName;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.ResultCounts;
import dev.floe.sql.result.ResultSettings;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TailSettings;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.commit.CommitId;
import dev.floe.storage.commit.TableCommitter;
import dev.floe.storage.log.LogEntry;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.BucketWriter;
import dev.floe.storage.write.WriterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * An engine that keeps results, one that keeps none, and the log that both read, of tables {@code kept} (with a key)
 * and {@code added} (without), both with columns id, n, note.
 */
final class ResultFixture implements AutoCloseable {
    static final long RESULT_BYTES = 1 << 20;

    final EngineFixture tables;
    final LogTail tail;
    final CalciteQueryEngine caching;
    final CalciteQueryEngine plain;

    /** How often a read asked where the log ends. */
    final AtomicLong asked = new AtomicLong();

    private final MemoryLog log = new MemoryLog(0);
    private final Set<LogEntry> lost = new HashSet<>();

    ResultFixture(Path folder) {
        tables = new EngineFixture(folder);
        create("kept", List.of("id"));
        create("added", List.of());
        TailSettings settings = TailSettings.defaults();
        tail = new LogTail(tables.catalog.tables(), tables.catalog.suspensions(), settings, Duration.ofHours(1));
        tail.begin(new long[1], Map.of(), () -> {
            asked.incrementAndGet();
            return log.ends();
        });
        ScanSettings scans = new ScanSettings(folder.resolve("caching"), 256 << 20, 2, 1L << 30);
        caching = new CalciteQueryEngine(
                tables.catalog,
                (principal, changed, rows) -> {},
                tail,
                new EngineSettings(settings, scans, new ResultSettings(RESULT_BYTES)));
        plain = new CalciteQueryEngine(tables.catalog, (principal, changed, rows) -> {}, tail, settings);
    }

    private void create(String name, List<String> key) {
        tables.create(
                "default",
                name,
                key,
                List.of(),
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "n", Types.IntegerType.get()),
                Types.NestedField.optional(3, "note", Types.StringType.get()));
    }

    TableDefinition table(String name) {
        return tables.catalog.tables().find(TableName.of("default", name)).orElseThrow();
    }

    Table iceberg(String name) {
        return tables.catalog.tables().iceberg(TableName.of("default", name));
    }

    /** Appends rows to the log, each its id, n and note. */
    void append(String name, byte operation, List<List<@Nullable Object>> rows) {
        TableDefinition table = table(name);
        EngineFixture.byBucket(table, EngineFixture.batch(table, operation, rows))
                .forEach((bucket, part) ->
                        log.add(tail, new LogEntry(table.id(), table.schemaVersion(), bucket, part, List.of())));
    }

    void put(String name, long id, int n, String note) {
        append(name, name.equals("kept") ? RowOperation.UPSERT : RowOperation.APPEND, List.of(List.of(id, n, note)));
    }

    /** What the job does with a prefix of the log, which {@code until} gives for each bucket from the log's size. */
    void commit(String name, IntUnaryOperator until) {
        TableDefinition table = table(name);
        Table iceberg = iceberg(name);
        long epoch = tables.catalog.nextEpoch();
        List<BucketChanges> changes = new ArrayList<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            int end = until.applyAsInt(log.entries.size());
            try (BucketWriter writer =
                    BucketWriter.open(iceberg, table.layout(), bucket, epoch, WriterSettings.defaults())) {
                for (int offset = 0; offset < end; offset++) {
                    LogEntry entry = log.entries.get(offset);
                    if (entry.tableId().equals(table.id()) && entry.bucket() == bucket && !lost.contains(entry)) {
                        writer.write(
                                offset,
                                tables.catalog.tables().schemaAt(table.id(), entry.schemaVersion()),
                                entry.batch());
                    }
                }
                writer.flush(epoch).ifPresent(changes::add);
            }
        }
        if (!changes.isEmpty()) {
            TableCommitter.commit(
                    iceberg, table.layout(), changes, new CommitId(tables.catalog.sinkId(), epoch, epoch));
        }
    }

    void commitAll(String name) {
        commit(name, size -> size);
    }

    /** The log of a table is another one: what no snapshot has is gone, and entries are numbered anew. */
    void loseTail(String name) {
        TableDefinition table = table(name);
        log.entries.stream().filter(entry -> entry.tableId().equals(table.id())).forEach(lost::add);
        tail.forget(table.id());
    }

    /** True where both engines read the table at its newest snapshot. */
    boolean isNewestSeen(String name) {
        Snapshot newest = iceberg(name).currentSnapshot();
        long id = newest == null ? 0 : newest.snapshotId();
        return List.of(caching, plain).stream().allMatch(engine -> {
            try (QueryCursor cursor = open(
                    engine,
                    EngineFixture.READER,
                    new ReadCut.Latest(),
                    EngineFixture.LIMITS,
                    "SELECT n FROM " + name)) {
                return cursor.cuts().get(0).snapshotId() == id;
            }
        });
    }

    static QueryCursor open(
            CalciteQueryEngine engine,
            Principal principal,
            ReadCut cut,
            QueryLimits limits,
            String sql,
            @Nullable Object... parameters) {
        PreparedQuery query = engine.prepare(principal, sql);
        return engine.execute(principal, query, EngineFixture.row(query.parameterTypes(), parameters), cut, limits);
    }

    /** By the engine that keeps results, at latest. */
    QueryCursor open(String sql, @Nullable Object... parameters) {
        return open(caching, EngineFixture.READER, new ReadCut.Latest(), EngineFixture.LIMITS, sql, parameters);
    }

    /** Runs the query; true where its rows were kept from before. */
    boolean isKept(String sql, @Nullable Object... parameters) {
        try (QueryCursor cursor = open(sql, parameters)) {
            EngineFixture.drain(cursor);
            return cursor.isFromCache();
        }
    }

    ResultCounts counts() {
        return caching.counts().results();
    }

    @Override
    public void close() {
        caching.close();
        plain.close();
        tables.close();
    }
}
