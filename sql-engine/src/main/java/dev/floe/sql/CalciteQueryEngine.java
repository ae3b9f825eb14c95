package dev.floe.sql;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.count.NamedCounts;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.sql.define.DefinitionPlan;
import dev.floe.sql.define.RunningDefinition;
import dev.floe.sql.duckdb.DuckDb;
import dev.floe.sql.duckdb.ScanSettings;
import dev.floe.sql.engine.EngineSums;
import dev.floe.sql.engine.FileCounts;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.LookupResult;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCounts;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.RowSink;
import dev.floe.sql.engine.SqlWords;
import dev.floe.sql.exec.AccessChoice;
import dev.floe.sql.exec.EarlyRun;
import dev.floe.sql.exec.QueryClock;
import dev.floe.sql.exec.RunReads;
import dev.floe.sql.exec.RunningChange;
import dev.floe.sql.exec.RunningLookup;
import dev.floe.sql.exec.RunningQuery;
import dev.floe.sql.exec.StatementViews;
import dev.floe.sql.plan.ChangePlan;
import dev.floe.sql.plan.IndexedPlan;
import dev.floe.sql.plan.LookupPlan;
import dev.floe.sql.plan.QueryPlan;
import dev.floe.sql.plan.SqlGuard;
import dev.floe.sql.plan.StatementPlan;
import dev.floe.sql.plan.StatementPlanner;
import dev.floe.sql.plan.StatementWords;
import dev.floe.sql.result.ResultSettings;
import dev.floe.sql.result.Results;
import dev.floe.sql.scan.KeyLookup;
import dev.floe.sql.scan.ReadTally;
import dev.floe.sql.scan.TableViews;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TailSettings;
import dev.floe.storage.column.ColumnBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calcite over the catalog's tables.
 *
 * <pre>
 *   prepare ─ PlanCache, or StatementPlanner (large stack, own thread) ─► QueryPlan
 *   execute ─ TableViews: snapshots fixed ─ Results: kept, or
 *                                          ┌► RunningQuery ─ FilePlan ─┬ DuckRows: what DuckDB computes
 *                                          │                           └ SnapshotRows: rows for generated code
 *                                          ├► RunningLookup ─ KeyLookup
 *                                          └─ rows of INSERT, UPDATE, DELETE ─► RowSink
 *   define  ─ CREATE, ALTER, DROP ─► DefinitionPlan ─► the catalog
 *   lookup  ─ TableViews ─► KeyLookup ─ PointLookup: tail, sidecars, pages
 * </pre>
 *
 * <p>Invariant: a statement sees only the tables of its principal's tenant, each at one cut for as long as it
 * runs. A plan made before a table changed is made anew.
 */
public final class CalciteQueryEngine implements QueryEngine {
    private static final int LOOKUP_KEYS_MAX = 10_000;
    private static final Duration PLAN_TIME_MAX = Duration.ofSeconds(30);
    /** Loading the classes takes seconds, on a busy machine many; no start is to fail of it. */
    private static final Duration WARM_UP_TIME_MAX = Duration.ofMinutes(5);

    private static final int BATCH_ROWS = 1_024;
    /** Rows of a change that are stored at a time. */
    private static final int CHANGE_ROWS = 10_000;
    /** Tables, and tenants, whose reads and results are counted each by itself. */
    private static final int COUNTED_MAX = 1_000;

    private final Catalog catalog;
    private final TableViews views;
    private final RowSink sink;
    private final PlanningThreads threads = new PlanningThreads();
    private final PlanCache plans = new PlanCache();
    private final PlannedRows plannedRows;
    private final LongAdder planned = new LongAdder();
    private final LongAdder reused = new LongAdder();
    private final LongAdder lookups = new LongAdder();
    private final NamedCounts<TableName, ReadCount> reads = new NamedCounts<>(ReadCount.class, COUNTED_MAX);
    private final Results results;
    private final @Nullable DuckDb duckDb;

    /**
     * Over committed snapshots only, and row by row: reads at latest see the newest of them. Statements that change
     * rows send them to {@code sink}.
     */
    public CalciteQueryEngine(Catalog catalog, RowSink sink) {
        this(catalog, sink, new TableViews(catalog.tables()), ResultSettings.NONE, null);
    }

    /** Over committed snapshots only, with DuckDB for what it can compute. */
    public CalciteQueryEngine(Catalog catalog, RowSink sink, ScanSettings scans) {
        this(catalog, sink, new TableViews(catalog.tables()), ResultSettings.NONE, new DuckDb(scans));
    }

    /** Over the catalog's tables and the log, which somebody else lets {@code tail} follow. */
    public CalciteQueryEngine(Catalog catalog, RowSink sink, LogTail tail, EngineSettings settings) {
        this(
                catalog,
                sink,
                new TableViews(catalog, tail, settings.tail()),
                settings.results(),
                new DuckDb(settings.scans()));
    }

    /** The same, row by row, and without results that are kept. */
    public CalciteQueryEngine(Catalog catalog, RowSink sink, LogTail tail, TailSettings settings) {
        this(catalog, sink, new TableViews(catalog, tail, settings), ResultSettings.NONE, null);
    }

    private CalciteQueryEngine(
            Catalog catalog, RowSink sink, TableViews views, ResultSettings results, @Nullable DuckDb duckDb) {
        this.catalog = catalog;
        this.sink = sink;
        this.views = views;
        this.plannedRows = new PlannedRows(views);
        this.results = new Results(results, COUNTED_MAX);
        this.duckDb = duckDb;
    }

    /** Runs a statement that touches no table, so that the first user's query finds the classes loaded. */
    public void warmUp() {
        String sql = "SELECT b, COUNT(*), SUM(a) FROM (VALUES (1, 'x', TIMESTAMP '2026-01-01 00:00:00')) AS t (a, b, c)"
                + " WHERE a > 0 AND c IS NOT NULL GROUP BY b ORDER BY 2 DESC LIMIT 10";
        StatementPlan plan = (StatementPlan)
                plan(TenantName.DEFAULT, List::of, sql, WARM_UP_TIME_MAX).plan();
        QueryLimits limits = new QueryLimits(BATCH_ROWS, WARM_UP_TIME_MAX, BATCH_ROWS);
        ColumnBatch none = new ColumnBatch(1, List.of(), List.of(), new byte[1]);
        RunningQuery.Run run = new RunningQuery.Run(limits, new QueryClock(WARM_UP_TIME_MAX), new RunReads(reads));
        try (QueryCursor cursor = new RunningQuery(plan, StatementViews.none(), duckDb, none, run)) {
            ColumnBatch batch = cursor.next();
            while (batch != null) {
                batch = cursor.next();
            }
        }
        if (duckDb != null) {
            duckDb.warmUp();
        }
    }

    @Override
    public PreparedQuery prepare(Principal principal, String sql) {
        if (DefinitionPlan.isOne(sql)) {
            principal.require(Role.ADMIN);
            SqlGuard.check(sql);
            return DefinitionPlan.of(principal.tenant(), sql);
        }
        principal.require(Role.READER);
        PreparedQuery query = kept(principal.tenant(), sql);
        if (query.changesRows()) {
            principal.require(Role.WRITER);
        }
        return query;
    }

    @Override
    public QueryCursor execute(
            Principal principal, PreparedQuery query, ColumnBatch parameters, ReadCut cut, QueryLimits limits) {
        if (query instanceof DefinitionPlan definition) {
            requireOwn(principal, List.of(definition.tenant()));
            return new RunningDefinition(definition, principal, catalog);
        }
        principal.require(Role.READER);
        PreparedQuery now = current(principal, query);
        if (now instanceof ChangePlan change) {
            principal.require(Role.WRITER);
            QueryLimits whole = new QueryLimits(Long.MAX_VALUE, limits.timeMax(), CHANGE_ROWS);
            QueryCursor rows = run(principal.tenant(), change.source(), parameters, cut, whole);
            return new RunningChange(rows, change.change(), principal, sink);
        }
        return run(principal.tenant(), (QueryPlan) now, parameters, cut, limits);
    }

    private QueryCursor run(
            TenantName tenant, QueryPlan plan, ColumnBatch parameters, ReadCut cut, QueryLimits limits) {
        QueryClock clock = new QueryClock(limits.timeMax());
        RunningQuery.Run run = new RunningQuery.Run(limits, clock, new RunReads(reads));
        QueryCursor cursor = EarlyRun.of(plan, views, cut, parameters, run, seen -> {
            Results.Ask ask = new Results.Ask(tenant, plan, seen, parameters, run);
            return results.of(ask, () -> running(plan, seen, parameters, run));
        });
        if (cursor.isFromCache()) {
            plan.tables().stream()
                    .map(TableDefinition::name)
                    .distinct()
                    .forEach(name -> reads.add(name, ReadCount.REPEATED, 1));
        }
        return cursor;
    }

    private QueryCursor running(QueryPlan plan, StatementViews seen, ColumnBatch parameters, RunningQuery.Run run) {
        QueryPlan chosen = plan instanceof IndexedPlan indexed ? AccessChoice.of(indexed, seen, parameters) : plan;
        if (chosen instanceof LookupPlan lookup) {
            lookups.increment();
            return new RunningLookup(lookup, seen, parameters, run).begin();
        }
        return new RunningQuery((StatementPlan) chosen, seen, duckDb, parameters, run);
    }

    private record Counted(LookupResult result, ReadTally tally) {}

    @Override
    public LookupResult lookup(Principal principal, LookupRequest request) {
        principal.require(Role.READER);
        if (request.keys().rowCount() > LOOKUP_KEYS_MAX) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT,
                            request.keys().rowCount() + " keys in one lookup, more than " + LOOKUP_KEYS_MAX)
                    .advise("send them in several lookups, or query with SQL");
        }
        TableName name = new TableName(principal.tenant(), request.table());
        TableDefinition definition = catalog.tables()
                .find(name)
                .orElseThrow(() -> new FloeException(ErrorCode.TABLE_NOT_FOUND, "no table " + request.table()));
        QueryClock clock = new QueryClock(request.waitMax());
        Counted found = views.read(
                definition,
                KeyLookup.buckets(definition, request.keys()),
                request.cut(),
                request.waitMax(),
                clock.cancelled(),
                view -> {
                    ReadTally tally = new ReadTally(false);
                    return new Counted(new KeyLookup(view, request, tally).find(request.keys()), tally);
                });
        found.tally.add(ReadCount.QUERIES, 1);
        reads.add(name, found.tally.sums());
        return found.result;
    }

    @Override
    public void close() {
        views.close();
        threads.close();
        if (duckDb != null) {
            duckDb.close();
        }
    }

    @Override
    public SqlWords words() {
        return StatementWords.all();
    }

    @Override
    public QueryCounts counts() {
        FileCounts files = duckDb == null ? FileCounts.NONE : duckDb.counts();
        return new QueryCounts(planned.sum(), reused.sum(), lookups.sum(), results.counts(), files);
    }

    @Override
    public EngineSums sums() {
        try {
            reads.retain(catalog.tables().listAll().stream()
                    .map(TableDefinition::name)
                    .collect(Collectors.toSet()));
        } catch (FloeException e) {
            // while the catalog is away tables that were dropped stay
        }
        return new EngineSums(reads.sums(), results.sums(), results.bytesByTenant());
    }

    private PreparedQuery kept(TenantName tenant, String sql) {
        PlanCache.Kept kept = plans.find(tenant, sql);
        if (kept == null || !areCurrent(kept.named()) || !plannedRows.areAlike(kept.plan())) {
            return planned(tenant, sql);
        }
        reused.increment();
        return kept.plan();
    }

    private PreparedQuery planned(TenantName tenant, String sql) {
        PlanCache.Kept made = plan(tenant, () -> catalog.tables().list(tenant), sql, PLAN_TIME_MAX);
        plans.keep(tenant, made);
        return made.plan();
    }

    private PlanCache.Kept plan(
            TenantName tenant, Supplier<List<TableDefinition>> tables, String sql, Duration timeMax) {
        planned.increment();
        return threads.run(timeMax, cancelled -> {
            StatementPlanner.Source source = new StatementPlanner.Source(tables, views::statistics);
            StatementPlanner planner = new StatementPlanner(tenant.value(), source, duckDb != null, cancelled);
            PreparedQuery plan = planner.plan(sql);
            plannedRows.note(plan, planner.rows());
            // a lookup costs less than what keeping it would
            if (planner.isRepeatable() && plan instanceof QueryPlan query && !(query instanceof LookupPlan)) {
                results.note(query);
            }
            return new PlanCache.Kept(plan, planner.named());
        });
    }

    /** The statement itself, or its plan of today where a table is no longer what it was. */
    private PreparedQuery current(Principal principal, PreparedQuery query) {
        List<TableDefinition> tables = definitions(query);
        requireOwn(
                principal, tables.stream().map(table -> table.name().tenant()).toList());
        return areCurrent(tables) && plannedRows.areAlike(query) ? query : kept(principal.tenant(), query.sql());
    }

    private static void requireOwn(Principal principal, List<TenantName> tenants) {
        if (tenants.stream().anyMatch(tenant -> !tenant.equals(principal.tenant()))) {
            throw new FloeException(ErrorCode.PERMISSION_DENIED, "the statement was prepared by another tenant");
        }
    }

    private boolean areCurrent(List<TableDefinition> planned) {
        return planned.stream()
                .allMatch(table -> catalog.tables()
                        .find(table.name())
                        .filter(now -> now.id().equals(table.id())
                                && now.schemaVersion() == table.schemaVersion()
                                && now.indexes().equals(table.indexes()))
                        .isPresent());
    }

    /** The tables of a statement, that which it changes too, as they were when it was planned. */
    private static List<TableDefinition> definitions(PreparedQuery query) {
        if (query instanceof ChangePlan change) {
            List<TableDefinition> tables = new ArrayList<>(change.source().tables());
            tables.add(change.change().table());
            return tables;
        }
        return ((QueryPlan) query).tables();
    }
}
