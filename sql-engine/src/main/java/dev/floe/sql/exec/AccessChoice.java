package dev.floe.sql.exec;

import dev.floe.sql.plan.IndexedPlan;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.plan.QueryPlan;
import dev.floe.sql.plan.StatementPlan;
import dev.floe.sql.scan.FilePlan;
import dev.floe.sql.scan.ReadEstimate;
import dev.floe.sql.scan.TableView;
import dev.floe.storage.column.ColumnBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses between looking rows up by indexes and scanning them, by the rows that each would read. */
public final class AccessChoice {
    /** Rows of an index lookup come one by one from their pages; of so many a scan is the safer bet. */
    private static final long LOOKUP_ROWS_MAX = 10_000;

    private final IndexedPlan plan;
    private final StatementViews views;
    private final List<@Nullable Object> parameters;
    private final List<String> lookups = new ArrayList<>();

    private AccessChoice(IndexedPlan plan, StatementViews views, List<@Nullable Object> parameters) {
        this.plan = plan;
        this.views = views;
        this.parameters = parameters;
    }

    /** The plan to run in these views; for EXPLAIN it says why it is this one. */
    public static QueryPlan of(IndexedPlan plan, StatementViews views, ColumnBatch parameters) {
        return new AccessChoice(plan, views, ParameterValues.of(plan.parameterTypes(), parameters)).chosen();
    }

    private QueryPlan chosen() {
        ReadEstimate lookup = estimate(plan.lookups());
        ReadEstimate scan = estimate(plan.scans());
        boolean byIndex = lookup.rows() <= LOOKUP_ROWS_MAX && lookup.decoded() < scan.decoded();
        QueryPlan chosen = byIndex ? plan.byIndex() : plan.byScan();
        if (!(chosen instanceof StatementPlan explained) || explained.explanation() == null) {
            return chosen;
        }
        List<String> lines = new ArrayList<>();
        lines.add("access: " + (byIndex ? "index" : "scan") + " (rows to read by index " + lookup.rows() + ", by scan "
                + scan.rows() + "; cost " + lookup.decoded() + " against " + scan.decoded() + ")");
        lines.addAll(lookups);
        return explained.explainedWith(lines);
    }

    private ReadEstimate estimate(List<PlannedScan> scans) {
        ReadEstimate all = ReadEstimate.NONE;
        for (PlannedScan scan : scans) {
            TableView view = views.of(scan);
            if (scan.isIndexed()) {
                IndexedRows best = IndexedRows.best(scan, view, parameters);
                all = all.and(best.estimate());
                lookups.add("  index " + best.index().name() + " of "
                        + scan.definition().name().table() + ": "
                        + best.estimate().rows() + " rows");
            } else if (scan.isWhole()) {
                all = all.and(ReadEstimate.of(FilePlan.of(view, scan.pruning(parameters), Set.of())));
            }
        }
        return all;
    }
}
