package dev.floe.jobs.ingest;

import dev.floe.storage.compact.CompactionFigures;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What compaction did, as metrics of the writers. */
final class CompactionCounters {
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder rowsIn = new LongAdder();
    private final LongAdder rowsOut = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder millis = new LongAdder();
    private volatile double lastSeconds;
    private volatile String lastError = "";

    void done(CompactionFigures figures) {
        done.increment();
        rowsIn.add(figures.rowsIn());
        rowsOut.add(figures.rowsOut());
        bytesIn.add(figures.bytesIn());
        bytesOut.add(figures.bytesOut());
        millis.add(figures.millis());
        lastSeconds = figures.millis() / 1e3;
    }

    void failed(Throwable cause) {
        failed.increment();
        lastError = cause.toString();
    }

    /** Registers all under {@code compaction}. */
    void register(MetricGroup metrics, Gauge<Integer> running, Gauge<Integer> pending) {
        MetricGroup group = metrics.addGroup("compaction");
        group.gauge("running", running);
        group.gauge("pending", pending);
        gauge(group, "done", done);
        gauge(group, "failed", failed);
        gauge(group, "rowsIn", rowsIn);
        gauge(group, "rowsOut", rowsOut);
        gauge(group, "bytesIn", bytesIn);
        gauge(group, "bytesOut", bytesOut);
        group.gauge("seconds", (Gauge<Double>) () -> millis.sum() / 1e3);
        group.gauge("lastSeconds", (Gauge<Double>) () -> lastSeconds);
        group.gauge("lastError", (Gauge<String>) () -> lastError);
    }

    private static void gauge(MetricGroup group, String name, LongAdder value) {
        group.gauge(name, (Gauge<Long>) value::sum);
    }
}
