package dev.floe.sqlgateway.metrics;

import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.EngineSums;
import dev.floe.sql.engine.QueryCounts;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.engine.ResultCount;
import dev.floe.sqlgateway.admission.AdmissionCount;
import dev.floe.sqlgateway.admission.TenantAdmissions;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sums of the engine and of the admissions, as Prometheus asks for them.
 *
 * <p>Nothing is kept here: each time it is asked, it takes the sums as they are. They name the tables and tenants of
 * the whole installation, so only operators may see them.
 */
public final class QueryMetrics implements MultiCollector {
    private static final String TENANT = "tenant";
    private static final double NANOS_A_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final QueryEngine engine;
    private final Map<String, Supplier<TenantAdmissions>> admissions;

    /** {@code admissions} are by what they admit, such as queries. */
    public QueryMetrics(QueryEngine engine, Map<String, Supplier<TenantAdmissions>> admissions) {
        this.engine = engine;
        this.admissions = new TreeMap<>(admissions);
    }

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        EngineSums sums = engine.sums();
        QueryCounts counts = engine.counts();
        all.metricSnapshot(Series.single("floe_statements_planned", "Statements planned", counts.planned()));
        all.metricSnapshot(Series.single("floe_plans_reused", "Statements whose plan was kept", counts.reused()));
        tables(all, sums);
        results(all, sums);
        admissions(all);
        return all.build();
    }

    private static void tables(MetricSnapshots.Builder all, EngineSums sums) {
        Series.Shown<TableName, ReadCount> tables =
                new Series.Shown<>(sums.reads(), QueryMetrics::table, labels(Series.OTHERS, Series.OTHERS));
        CounterSnapshot.Builder access =
                CounterSnapshot.builder().name("floe_table_access").help("Accesses of a table by the way taken");
        for (ReadCount count : ReadCount.values()) {
            switch (count) {
                case KEY_LOOKUPS -> access(access, tables, count, "key");
                case INDEX_LOOKUPS -> access(access, tables, count, "index");
                case SCANS -> access(access, tables, count, "scan");
                case REPEATED -> access(access, tables, count, "result_cache");
                case QUERIES -> table(all, tables, count, "queries", "Queries and lookups that read a table");
                case FILES -> table(all, tables, count, "files", "Files of a table at each access");
                case FILES_KEPT -> table(all, tables, count, "files_kept", "Files of them that were read");
                case ROW_GROUPS -> table(all, tables, count, "row_groups", "Row groups of a table at each scan");
                case ROW_GROUPS_KEPT ->
                    table(
                            all,
                            tables,
                            count,
                            "row_groups_kept",
                            "Row groups of files read; of those DuckDB may leave out more");
                case PAGES -> table(all, tables, count, "pages_wanted", "Pages that lookups asked for");
                case PAGES_READ -> table(all, tables, count, "pages_read", "Pages that lookups read from files");
                case ROWS -> table(all, tables, count, "rows_read", "Rows of files that scans and lookups read");
                case DEAD_ROWS -> table(all, tables, count, "dead_rows", "Rows read that deletion vectors name");
                case TAIL_ROWS -> table(all, tables, count, "tail_rows", "Rows read that are in the log only");
            }
        }
        all.metricSnapshot(access.build());
    }

    private static void access(
            CounterSnapshot.Builder access, Series.Shown<TableName, ReadCount> tables, ReadCount count, String path) {
        Function<Labels, Labels> with = labels -> labels.add("path", path);
        Series.add(
                access,
                new Series.Shown<>(tables.sums(), tables.labels().andThen(with), with.apply(tables.others())),
                sums -> (double) sums.getOrDefault(count, 0L));
    }

    private static void table(
            MetricSnapshots.Builder all,
            Series.Shown<TableName, ReadCount> tables,
            ReadCount count,
            String name,
            String help) {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name("floe_table_" + name).help(help);
        Series.add(counter, tables, sums -> (double) sums.getOrDefault(count, 0L));
        all.metricSnapshot(counter.build());
    }

    private static void results(MetricSnapshots.Builder all, EngineSums sums) {
        Series.Shown<TenantName, ResultCount> tenants = new Series.Shown<>(
                sums.results(), tenant -> Labels.of(TENANT, tenant.value()), Labels.of(TENANT, Series.OTHERS));
        for (ResultCount count : ResultCount.values()) {
            CounterSnapshot.Builder counter = CounterSnapshot.builder();
            switch (count) {
                case HITS -> counter.name("floe_results_hits").help("Queries answered from the cache of results");
                case MISSES -> counter.name("floe_results_misses").help("Queries that could have been, and ran");
                case EVICTED -> counter.name("floe_results_evicted").help("Results let go for want of room");
            }
            Series.add(counter, tenants, each -> (double) each.getOrDefault(count, 0L));
            all.metricSnapshot(counter.build());
        }
        GaugeSnapshot.Builder bytes =
                GaugeSnapshot.builder().name("floe_results_bytes").help("Heap of kept results");
        Series.add(bytes, sums.resultBytes(), tenant -> Labels.of(TENANT, tenant));
        all.metricSnapshot(bytes.build());
    }

    private void admissions(MetricSnapshots.Builder all) {
        Map<String, TenantAdmissions> now = new TreeMap<>();
        admissions.forEach((kind, counts) -> now.put(kind, counts.get()));
        for (AdmissionCount count : AdmissionCount.values()) {
            CounterSnapshot.Builder counter = CounterSnapshot.builder();
            switch (count) {
                case ADMITTED -> counter.name("floe_places_given").help("Places given, at once or after a wait");
                case WAITED -> counter.name("floe_places_waited_for").help("Places given after a wait");
                case WAITED_NANOS -> counter.name("floe_places_wait_seconds").help("The sum of these waits");
                case REFUSED -> counter.name("floe_places_refused").help("Wishes for a place that were refused");
                case LEFT -> counter.name("floe_places_left").help("Callers who went away while they waited");
            }
            double unit = count == AdmissionCount.WAITED_NANOS ? NANOS_A_SECOND : 1;
            now.forEach((kind, tenants) -> Series.add(
                    counter,
                    new Series.Shown<TenantName, AdmissionCount>(
                            tenants.sums(), tenant -> place(kind, tenant.value()), place(kind, Series.OTHERS)),
                    sums -> (double) sums.getOrDefault(count, 0L) / unit));
            all.metricSnapshot(counter.build());
        }
        GaugeSnapshot.Builder taken =
                GaugeSnapshot.builder().name("floe_places_taken").help("Places taken now");
        GaugeSnapshot.Builder waiting =
                GaugeSnapshot.builder().name("floe_places_waiting").help("Callers who wait for a place now");
        now.forEach((kind, tenants) -> {
            Series.add(taken, tenants.taken(), tenant -> place(kind, tenant));
            Series.add(waiting, tenants.waiting(), tenant -> place(kind, tenant));
        });
        all.metricSnapshot(taken.build());
        all.metricSnapshot(waiting.build());
    }

    private static Labels place(String kind, String tenant) {
        return Labels.of(TENANT, tenant, "kind", kind);
    }

    private static Labels table(TableName name) {
        return labels(name.tenant().value(), name.table());
    }

    private static Labels labels(String tenant, String table) {
        return Labels.of(TENANT, tenant, "table", table);
    }
}
