package dev.floe.sql;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.LookupResult;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.RowSink;
import dev.floe.sql.exec.QueryClock;
import dev.floe.sql.exec.RunningChange;
import dev.floe.sql.exec.RunningQuery;
import dev.floe.sql.plan.ChangePlan;
import dev.floe.sql.plan.StatementPlan;
import dev.floe.sql.plan.StatementPlanner;
import dev.floe.sql.scan.KeyLookup;
import dev.floe.sql.scan.TableView;
import dev.floe.sql.scan.TableViews;
import dev.floe.sql.tail.LogTail;
import dev.floe.sql.tail.TailSettings;
import dev.floe.storage.column.ColumnBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Calcite over the catalog's tables.
 *
 * <pre>
 *   prepare ─ StatementPlanner (large stack, own thread) ─► StatementPlan
 *   execute ─ TableViews: snapshots fixed ─► RunningQuery ─ FilePlan ─ SnapshotRows
 *                                              └─ rows of INSERT, UPDATE, DELETE ─► RowSink
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

    private final Catalog catalog;
    private final TableViews views;
    private final RowSink sink;
    private final PlanningThreads threads = new PlanningThreads();

    /**
     * Over committed snapshots only: reads at latest see the newest of them. Statements that change rows send them to
     * {@code sink}.
     */
    public CalciteQueryEngine(Catalog catalog, RowSink sink) {
        this.catalog = catalog;
        this.sink = sink;
        this.views = new TableViews(catalog.tables());
    }

    /** Over the catalog's tables and the log, which somebody else lets {@code tail} follow. */
    public CalciteQueryEngine(Catalog catalog, RowSink sink, LogTail tail, TailSettings settings) {
        this.catalog = catalog;
        this.sink = sink;
        this.views = new TableViews(catalog, tail, settings);
    }

    /** Runs a statement that touches no table, so that the first user's query finds the classes loaded. */
    public void warmUp() {
        String sql = "SELECT b, COUNT(*), SUM(a) FROM (VALUES (1, 'x', TIMESTAMP '2026-01-01 00:00:00')) AS t (a, b, c)"
                + " WHERE a > 0 AND c IS NOT NULL GROUP BY b ORDER BY 2 DESC LIMIT 10";
        StatementPlan plan = (StatementPlan) plan(TenantName.DEFAULT, List::of, sql, WARM_UP_TIME_MAX);
        QueryLimits limits = new QueryLimits(BATCH_ROWS, WARM_UP_TIME_MAX, BATCH_ROWS);
        ColumnBatch none = new ColumnBatch(1, List.of(), List.of(), new byte[1]);
        try (QueryCursor cursor = new RunningQuery(plan, Map.of(), none, limits, new QueryClock(WARM_UP_TIME_MAX))) {
            ColumnBatch batch = cursor.next();
            while (batch != null) {
                batch = cursor.next();
            }
        }
    }

    @Override
    public PreparedQuery prepare(Principal principal, String sql) {
        principal.require(Role.READER);
        PreparedQuery query = plan(principal.tenant(), () -> catalog.tables().list(principal.tenant()), sql);
        if (query.changesRows()) {
            principal.require(Role.WRITER);
        }
        return query;
    }

    @Override
    public QueryCursor execute(
            Principal principal, PreparedQuery query, ColumnBatch parameters, ReadCut cut, QueryLimits limits) {
        principal.require(Role.READER);
        PreparedQuery now = current(principal, query);
        if (now instanceof ChangePlan change) {
            principal.require(Role.WRITER);
            QueryLimits whole = new QueryLimits(Long.MAX_VALUE, limits.timeMax(), CHANGE_ROWS);
            return new RunningChange(run(change.source(), parameters, cut, whole), change.change(), principal, sink);
        }
        return run((StatementPlan) now, parameters, cut, limits);
    }

    private RunningQuery run(StatementPlan plan, ColumnBatch parameters, ReadCut cut, QueryLimits limits) {
        QueryClock clock = new QueryClock(limits.timeMax());
        if (cut instanceof ReadCut.AtSnapshot && tablesOf(plan).size() != 1) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT,
                            "a snapshot names one table; the query reads "
                                    + tablesOf(plan).size())
                    .advise("read several tables at a time instead");
        }
        Map<UUID, TableView> seen = new HashMap<>();
        tablesOf(plan).forEach((id, table) -> seen.put(id, views.at(table, cut, clock.remaining(), clock.cancelled())));
        return new RunningQuery(plan, seen, parameters, limits, clock);
    }

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
        TableView view = views.at(definition, request.cut(), request.waitMax(), clock.cancelled());
        return new KeyLookup(view, request).find(request.keys());
    }

    @Override
    public void close() {
        views.close();
        threads.close();
    }

    private PreparedQuery plan(TenantName tenant, Supplier<List<TableDefinition>> tables, String sql) {
        return plan(tenant, tables, sql, PLAN_TIME_MAX);
    }

    private PreparedQuery plan(
            TenantName tenant, Supplier<List<TableDefinition>> tables, String sql, Duration timeMax) {
        return threads.run(timeMax, cancelled -> new StatementPlanner(tenant.value(), tables, cancelled).plan(sql));
    }

    /** The statement itself, or planned anew where a table is no longer what it was. */
    private PreparedQuery current(Principal principal, PreparedQuery query) {
        for (TableDefinition planned : definitions(query)) {
            if (!planned.name().tenant().equals(principal.tenant())) {
                throw new FloeException(ErrorCode.PERMISSION_DENIED, "the statement was prepared by another tenant");
            }
            boolean same = catalog.tables()
                    .find(planned.name())
                    .filter(now -> now.id().equals(planned.id()) && now.schemaVersion() == planned.schemaVersion())
                    .isPresent();
            if (!same) {
                return plan(principal.tenant(), () -> catalog.tables().list(principal.tenant()), query.sql());
            }
        }
        return query;
    }

    /** The tables of a statement, that which it changes too, as they were when it was planned. */
    private static List<TableDefinition> definitions(PreparedQuery query) {
        List<TableDefinition> tables = new ArrayList<>();
        StatementPlan source = query instanceof ChangePlan change ? change.source() : (StatementPlan) query;
        source.scans().forEach(scan -> tables.add(scan.definition()));
        if (query instanceof ChangePlan change) {
            tables.add(change.change().table());
        }
        return tables;
    }

    private static Map<UUID, TableDefinition> tablesOf(StatementPlan plan) {
        Map<UUID, TableDefinition> tables = new HashMap<>();
        plan.scans().forEach(scan -> tables.put(scan.definition().id(), scan.definition()));
        return tables;
    }
}
