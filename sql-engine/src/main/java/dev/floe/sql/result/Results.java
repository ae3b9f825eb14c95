package dev.floe.sql.result;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.floe.core.count.NamedCounts;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultCount;
import dev.floe.sql.engine.ResultCounts;
import dev.floe.sql.exec.ParameterValues;
import dev.floe.sql.exec.RunningQuery;
import dev.floe.sql.exec.StatementViews;
import dev.floe.sql.plan.QueryPlan;
import dev.floe.storage.column.ColumnBatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries, or gives a result again where a run would find the same.
 *
 * <pre>
 *   plan noted ─► number ─┐
 *   cuts of this run ─────┼─► ResultKey ─► ResultCache ─┬─ there: RepeatedResult
 *   its parameters ───────┘                             └─ not there: the run, recorded by RecordedQuery
 * </pre>
 *
 * <p>Invariant: who asks was let in and this run's cuts were fixed before; a kept result saves the work after that and
 * decides nothing. Plans are told apart by what they are and not by their text: one made anew, as where a table that
 * the statement names changed, is another one. Safe for use by several threads.
 */
public final class Results {
    private final NamedCounts<TenantName, ResultCount> sums;
    private final @Nullable ResultCache cache;
    private final AtomicLong plans = new AtomicLong();
    /** Numbers of plans whose results may be kept; they don't hold the plans. */
    private final Cache<QueryPlan, Long> numbers =
            Caffeine.newBuilder().weakKeys().build();

    /** At most {@code tenantsMax} tenants are counted each by itself. */
    public Results(ResultSettings settings, int tenantsMax) {
        this.sums = new NamedCounts<>(ResultCount.class, tenantsMax);
        this.cache = settings.bytesMax() == 0 ? null : new ResultCache(settings.bytesMax(), sums);
    }

    /** One run of a plan, at its cuts. */
    public record Ask(
            TenantName tenant, QueryPlan plan, StatementViews views, ColumnBatch parameters, RunningQuery.Run run) {}

    /** Notes a plan whose answer follows from the rows that its scans read, and its parameters. */
    public void note(QueryPlan plan) {
        if (cache != null) {
            numbers.put(plan, plans.incrementAndGet());
        }
    }

    /** The result, kept or from {@code fresh}. */
    public QueryCursor of(Ask ask, Supplier<QueryCursor> fresh) {
        ResultCache known = cache;
        ResultKey key = known == null ? null : key(ask);
        if (known == null || key == null) {
            return fresh.get();
        }
        List<ColumnBatch> kept = known.find(ask.tenant, key);
        return kept == null
                ? new RecordedQuery(fresh.get(), known.draft(ask.tenant, key), ask.run.clock())
                : new RepeatedResult(ask.plan.columns(), ask.views.cuts(), kept, ask.run);
    }

    private @Nullable ResultKey key(Ask ask) {
        Long number = numbers.getIfPresent(ask.plan);
        if (number == null) {
            return null;
        }
        List<@Nullable Object> parameters = ParameterValues.of(ask.plan.parameterTypes(), ask.parameters);
        return ResultKey.takes(parameters) ? new ResultKey(number, ask.views.identities(ask.plan), parameters) : null;
    }

    /** What became of each tenant's results. */
    public NamedCounts.Sums<TenantName, ResultCount> sums() {
        return sums.sums();
    }

    /** Heap that the kept results of each tenant take. */
    public Map<TenantName, Long> bytesByTenant() {
        return cache == null ? Map.of() : cache.bytesByTenant();
    }

    public ResultCounts counts() {
        return cache == null ? ResultCounts.NONE : cache.counts();
    }
}
