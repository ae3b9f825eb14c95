package dev.floe.sqlgateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.count.NamedCounts;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.EngineSums;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.engine.ResultCount;
import dev.floe.sqlgateway.MemoryEngine;
import dev.floe.sqlgateway.admission.Admission;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each sum is one series, with the names of its table or tenant. */
class QueryMetricsTest {
    private static final TenantName ONE = new TenantName("one");

    private final MemoryEngine engine = new MemoryEngine();
    private final Admission admission = new Admission("queries", "wait", 3, 2);
    private final QueryMetrics metrics = new QueryMetrics(engine, Map.of("query", admission::tenants));

    private static Labels table(String tenant, String table) {
        return Labels.of("tenant", tenant, "table", table);
    }

    /** The values of a metric by their labels. */
    private Map<Labels, Double> values(String name) {
        Map<Labels, Double> values = new HashMap<>();
        for (MetricSnapshot snapshot : metrics.collect()) {
            if (!snapshot.getMetadata().getName().equals(name)) {
                continue;
            }
            if (snapshot instanceof CounterSnapshot counter) {
                for (CounterDataPointSnapshot point : counter.getDataPoints()) {
                    values.put(point.getLabels(), point.getValue());
                }
            }
            if (snapshot instanceof GaugeSnapshot gauge) {
                for (GaugeDataPointSnapshot point : gauge.getDataPoints()) {
                    values.put(point.getLabels(), point.getValue());
                }
            }
        }
        return values;
    }

    private void reads(NamedCounts<TableName, ReadCount> reads) {
        engine.count(new EngineSums(reads.sums(), NamedCounts.Sums.none(), Map.of()));
    }

    @Test
    void everyKindOfReadIsASeriesOfItsTable() {
        NamedCounts<TableName, ReadCount> reads = new NamedCounts<>(ReadCount.class, 10);
        long value = 0;
        for (ReadCount count : ReadCount.values()) {
            reads.add(TableName.of("one", "t"), count, ++value);
        }
        reads(reads);
        Map<String, Double> seen = new HashMap<>();
        for (MetricSnapshot snapshot : metrics.collect()) {
            if (snapshot.getMetadata().getName().startsWith("floe_table_")) {
                ((CounterSnapshot) snapshot).getDataPoints().forEach(point -> {
                    assertThat(point.getLabels().get("tenant")).isEqualTo("one");
                    assertThat(point.getLabels().get("table")).isEqualTo("t");
                    seen.put(
                            snapshot.getMetadata().getName() + point.getLabels().get("path"), point.getValue());
                });
            }
        }
        assertThat(seen).hasSize(ReadCount.values().length);
        assertThat(seen.values()).doesNotHaveDuplicates();
        assertThat(values("floe_table_queries")).isEqualTo(Map.of(table("one", "t"), 1.0));
        assertThat(values("floe_table_access"))
                .containsEntry(table("one", "t").add("path", "result_cache"), 2.0)
                .containsEntry(table("one", "t").add("path", "key"), 3.0);
    }

    @Test
    void tablesBeyondTheLimitAreOneSeriesThatNoTableIsCalled() {
        NamedCounts<TableName, ReadCount> reads = new NamedCounts<>(ReadCount.class, 1);
        reads.add(TableName.of("one", "a"), ReadCount.SCANS, 1);
        reads.add(TableName.of("one", "b"), ReadCount.SCANS, 2);
        reads.add(TableName.of("two", "c"), ReadCount.SCANS, 4);
        reads(reads);
        assertThat(values("floe_table_access"))
                .containsEntry(table("one", "a").add("path", "scan"), 1.0)
                .containsEntry(table("_other", "_other").add("path", "scan"), 6.0)
                .hasSize(8);
    }

    @Test
    void resultsAreOfTheirTenant() {
        NamedCounts<TenantName, ResultCount> results = new NamedCounts<>(ResultCount.class, 10);
        results.add(ONE, ResultCount.HITS, 5);
        engine.count(new EngineSums(NamedCounts.Sums.none(), results.sums(), Map.of(ONE, 700L)));
        assertThat(values("floe_results_hits")).isEqualTo(Map.of(Labels.of("tenant", "one"), 5.0));
        assertThat(values("floe_results_misses")).isEqualTo(Map.of(Labels.of("tenant", "one"), 0.0));
        assertThat(values("floe_results_bytes")).isEqualTo(Map.of(Labels.of("tenant", "one"), 700.0));
    }

    @Test
    void placesAreOfTheirTenantAndKind() {
        admission.admit(ONE);
        admission.admit(ONE).close();
        Labels labels = Labels.of("tenant", "one", "kind", "query");
        assertThat(values("floe_places_given")).isEqualTo(Map.of(labels, 2.0));
        assertThat(values("floe_places_taken")).isEqualTo(Map.of(labels, 1.0));
        assertThat(values("floe_places_waiting")).isEmpty();
    }

    @Test
    void gaugesOfManyTenantsAreBounded() {
        Map<TenantName, Long> bytes = new HashMap<>();
        IntStream.range(0, 1_500).forEach(i -> bytes.put(new TenantName("t" + i), i < 500 ? 1L : 2L));
        engine.count(new EngineSums(NamedCounts.Sums.none(), NamedCounts.Sums.none(), bytes));
        assertThat(values("floe_results_bytes")).hasSize(1_001).containsEntry(Labels.of("tenant", "_other"), 500.0);
    }
}
