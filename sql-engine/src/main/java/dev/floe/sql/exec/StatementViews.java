package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.plan.QueryPlan;
import dev.floe.sql.plan.ScanInstant;
import dev.floe.sql.scan.CutIdentity;
import dev.floe.sql.scan.TableView;
import dev.floe.sql.scan.TableViews;
import dev.floe.storage.column.ColumnBatch;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a run, each at the cuts that its scans want: the read's own, or that of an instant.
 *
 * <p>All cuts are fixed before the first row is read, each once: scans of a table at the same instant see the same.
 */
public final class StatementViews {
    private final Map<Place, TableView> views = new LinkedHashMap<>();
    private final Map<ScanInstant, Instant> instants = new HashMap<>();

    /** A table, and when; no instant is the read's own cut. */
    private record Place(UUID table, @Nullable Instant instant) {}

    private StatementViews() {}

    /** Of a statement that reads no table. */
    public static StatementViews none() {
        return new StatementViews();
    }

    /**
     * The views of a plan's scans. Throws INVALID_ARGUMENT where an instant is null or to come, or where the cut is a
     * snapshot and it is not clear whose; what {@link TableViews#at} throws.
     */
    public static StatementViews open(
            QueryPlan plan, TableViews tables, ReadCut cut, ColumnBatch parameters, QueryClock clock) {
        StatementViews opened = new StatementViews();
        opened.fix(plan, ParameterValues.of(plan.parameterTypes(), parameters), clock);
        long atCut = plan.allScans().stream()
                .filter(scan -> scan.instant() == null)
                .map(scan -> scan.definition().id())
                .distinct()
                .count();
        if (cut instanceof ReadCut.AtSnapshot && atCut != 1) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "a snapshot names one table; the query reads " + atCut)
                    .advise("read several tables at a time instead");
        }
        for (PlannedScan scan : plan.allScans()) {
            Place place = opened.place(scan);
            if (!opened.views.containsKey(place)) {
                ReadCut wanted = place.instant == null ? cut : new ReadCut.AtTime(place.instant);
                opened.views.put(place, tables.at(scan.definition(), wanted, clock.remaining(), clock.cancelled()));
            }
        }
        return opened;
    }

    /** All scans of a plan in one view of the one table that they read, without instants of their own. */
    static StatementViews of(QueryPlan plan, TableView view) {
        StatementViews seen = new StatementViews();
        plan.allScans().forEach(scan -> seen.views.put(seen.place(scan), view));
        return seen;
    }

    private void fix(QueryPlan plan, List<@Nullable Object> parameters, QueryClock clock) {
        Instant now = clock.time().instant();
        for (PlannedScan scan : plan.allScans()) {
            ScanInstant instant = scan.instant();
            if (instant == null || instants.containsKey(instant)) {
                continue;
            }
            Instant at = at(instant, parameters, clock);
            if (at.isAfter(now)) {
                throw new FloeException(
                                ErrorCode.INVALID_ARGUMENT,
                                "FOR SYSTEM_TIME AS OF " + at + " is to come; it is " + now + " now")
                        .advise("give a time that has passed, in UTC");
            }
            instants.put(instant, at);
        }
    }

    private static Instant at(ScanInstant instant, List<@Nullable Object> parameters, QueryClock clock) {
        try {
            return instant.at(parameters, new PlanContext(instant.types(), Map.of(), parameters, clock));
        } catch (RuntimeException e) {
            throw QueryFailures.unwrap(e);
        }
    }

    /** What a scan of the plan reads. */
    TableView of(PlannedScan scan) {
        TableView view = views.get(place(scan));
        if (view == null) {
            throw new IllegalStateException("no view of " + scan.definition().name());
        }
        return view;
    }

    /** When a scan reads its table, or null for the read's own cut. */
    @Nullable
    Instant instant(PlannedScan scan) {
        ScanInstant instant = scan.instant();
        return instant == null ? null : instants.get(instant);
    }

    /** What each of a plan's scans reads, in their order. */
    public List<CutIdentity> identities(QueryPlan plan) {
        return plan.allScans().stream().map(scan -> of(scan).identity()).toList();
    }

    public List<TableCut> cuts() {
        return views.values().stream().map(TableView::cut).toList();
    }

    private Place place(PlannedScan scan) {
        return new Place(scan.definition().id(), instant(scan));
    }
}
