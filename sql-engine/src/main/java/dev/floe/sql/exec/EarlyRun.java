package dev.floe.sql.exec;

import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.plan.LookupPlan;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.plan.QueryPlan;
import dev.floe.sql.plan.StatementPlan;
import dev.floe.sql.scan.KeyLookup;
import dev.floe.sql.scan.TableView;
import dev.floe.sql.scan.TableViews;
import dev.floe.storage.column.ColumnBatch;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Starts a statement at its cuts; a lookup begins before it is known where the log ends.
 *
 * <p>A lookup takes about as long as the question, so they go side by side. Where the log turns out to have more, what
 * was begun is closed and the lookup starts again at the cut that has it. Scans take longer and wait instead. For one
 * run.
 */
public final class EarlyRun {
    private final QueryPlan plan;
    private final RunReads reads;
    private final Function<StatementViews, QueryCursor> start;
    private @Nullable QueryCursor early;

    private EarlyRun(QueryPlan plan, RunReads reads, Function<StatementViews, QueryCursor> start) {
        this.plan = plan;
        this.reads = reads;
        this.start = start;
    }

    /**
     * The statement begun; {@code start} may be called twice, its last cursor is returned. Throws what {@link
     * StatementViews#open} and {@code start} throw.
     */
    public static QueryCursor of(
            QueryPlan plan,
            TableViews tables,
            ReadCut cut,
            ColumnBatch parameters,
            RunningQuery.Run run,
            Function<StatementViews, QueryCursor> start) {
        if (plan instanceof StatementPlan || !(cut instanceof ReadCut.Latest) || !readsOneCut(plan)) {
            return start.apply(StatementViews.open(plan, tables, cut, parameters, run.clock()));
        }
        PlannedScan scan = plan.allScans().get(0);
        Set<Integer> buckets = buckets(plan, scan, parameters);
        EarlyRun early = new EarlyRun(plan, run.reads(), start);
        QueryClock clock = run.clock();
        try {
            return tables.read(scan.definition(), buckets, cut, clock.remaining(), clock.cancelled(), early::begin);
        } catch (RuntimeException | Error e) {
            early.drop();
            throw e;
        }
    }

    private QueryCursor begin(TableView view) {
        drop();
        QueryCursor begun = start.apply(StatementViews.of(plan, view));
        early = begun;
        return begun;
    }

    private void drop() {
        QueryCursor begun = early;
        early = null;
        if (begun != null) {
            // the statement counts once
            reads.forget();
            begun.close();
        }
    }

    private static boolean readsOneCut(QueryPlan plan) {
        List<PlannedScan> scans = plan.allScans();
        return scans.stream().allMatch(scan -> scan.instant() == null)
                && scans.stream().map(scan -> scan.definition().id()).distinct().count() == 1;
    }

    /** Those that a lookup reads: the keys' own, or all where it is by an index. */
    private static Set<Integer> buckets(QueryPlan plan, PlannedScan scan, ColumnBatch parameters) {
        if (plan instanceof LookupPlan && !scan.isIndexed()) {
            return scan.keys(ParameterValues.of(plan.parameterTypes(), parameters))
                    .map(keys -> KeyLookup.buckets(scan.definition(), keys))
                    .orElseThrow(() -> new IllegalStateException("a lookup's scan has keys or an index"));
        }
        return IntStream.range(0, scan.definition().buckets()).boxed().collect(Collectors.toSet());
    }
}
