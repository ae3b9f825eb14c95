package dev.floe.sqlgateway.metrics;

import dev.floe.core.count.NamedCounts;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** One series for each name that has a value, and one for the names that have none of their own. */
final class Series {
    /** No tenant and no table is called so: their names begin with a letter. */
    static final String OTHERS = "_other";

    private static final int NAMES_MAX = 1_000;

    private Series() {}

    /** What sums a counter shows, and under which labels. */
    record Shown<N, K extends Enum<K>>(NamedCounts.Sums<N, K> sums, Function<N, Labels> labels, Labels others) {}

    static <N, K extends Enum<K>> void add(
            CounterSnapshot.Builder counter, Shown<N, K> shown, ToDoubleFunction<Map<K, Long>> value) {
        shown.sums()
                .named()
                .forEach((name, sums) -> counter.dataPoint(
                        point(value.applyAsDouble(sums), shown.labels().apply(name))));
        if (shown.sums().others().values().stream().anyMatch(sum -> sum != 0)) {
            counter.dataPoint(point(value.applyAsDouble(shown.sums().others()), shown.others()));
        }
    }

    static CounterDataPointSnapshot point(double value, Labels labels) {
        return CounterDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    /** The largest values each by itself, the rest of them added up. */
    static <N> void add(GaugeSnapshot.Builder gauge, Map<N, ? extends Number> values, Function<String, Labels> labels) {
        List<? extends Map.Entry<N, ? extends Number>> largest = values.entrySet().stream()
                .sorted(Comparator.comparingDouble(entry -> -entry.getValue().doubleValue()))
                .toList();
        double rest = 0;
        for (int i = 0; i < largest.size(); i++) {
            Map.Entry<N, ? extends Number> entry = largest.get(i);
            double value = entry.getValue().doubleValue();
            if (i < NAMES_MAX) {
                gauge.dataPoint(point(value, labels, String.valueOf(entry.getKey())));
            } else {
                rest += value;
            }
        }
        if (largest.size() > NAMES_MAX) {
            gauge.dataPoint(point(rest, labels, OTHERS));
        }
    }

    private static GaugeDataPointSnapshot point(double value, Function<String, Labels> labels, String name) {
        return GaugeDataPointSnapshot.builder()
                .value(value)
                .labels(labels.apply(name))
                .build();
    }

    static MetricSnapshot single(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(point((double) value, Labels.EMPTY))
                .build();
    }
}
