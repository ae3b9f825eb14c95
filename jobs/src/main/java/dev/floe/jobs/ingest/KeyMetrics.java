package dev.floe.jobs.ingest;

import dev.floe.storage.write.KeyFigures;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a subtask's key indexes have and do, for Flink's metrics.
 *
 * <p>Figures are those of the last checkpoint: writers are asked by their own thread only.
 */
final class KeyMetrics {
    private final Counter hits;
    private final Counter misses;
    private final Counter probes;
    private volatile KeyFigures figures = KeyFigures.NONE;

    KeyMetrics(MetricGroup group) {
        hits = group.counter("keyHits");
        misses = group.counter("keyMisses");
        probes = group.counter("sidecarProbes");
        group.meter("keyHitsPerSecond", new MeterView(hits));
        group.meter("keyMissesPerSecond", new MeterView(misses));
        group.gauge("keys", (Gauge<Long>) () -> figures.keys());
        group.gauge("keyIndexBytes", (Gauge<Long>) () -> figures.bytes());
        group.gauge("keyIndexBytesPerKey", (Gauge<Double>) () -> figures.bytesPerKey());
        group.gauge("bucketsWithKeysInSidecars", (Gauge<Integer>) () -> figures.tiered());
    }

    /** Takes the figures of all buckets, closed ones among them. */
    void update(KeyFigures now) {
        hits.inc(now.hits() - figures.hits());
        misses.inc(now.misses() - figures.misses());
        probes.inc(now.probes() - figures.probes());
        figures = now;
    }
}
