package dev.floe.jobs.maintain;

import dev.floe.catalog.table.MaintenanceRun;
import dev.floe.storage.maintain.MaintenanceFigures;
import java.time.Duration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What maintenance did, as metrics of a subtask; what dry runs counted is left out. */
final class MaintenanceCounters {
    private volatile MaintenanceFigures total = MaintenanceFigures.NONE;
    private volatile long runs;
    private volatile long failedRuns;
    private volatile int running;
    private volatile double seconds;
    private volatile double lastSeconds;
    private volatile String lastError = "";

    /** Registers all under {@code maintenance}. */
    void register(MetricGroup metrics) {
        MetricGroup group = metrics.addGroup("maintenance");
        group.gauge("running", (Gauge<Integer>) () -> running);
        group.gauge("runs", (Gauge<Long>) () -> runs);
        group.gauge("failedRuns", (Gauge<Long>) () -> failedRuns);
        group.gauge("snapshotsExpired", (Gauge<Long>) () -> total.snapshotsExpired());
        group.gauge("manifestsRewritten", (Gauge<Long>) () -> total.manifestsRewritten());
        group.gauge("filesRemoved", (Gauge<Long>) () -> total.filesRemoved());
        group.gauge("orphansRemoved", (Gauge<Long>) () -> total.orphansRemoved());
        group.gauge("bytesRemoved", (Gauge<Long>) () -> total.bytesRemoved());
        group.gauge("filesNotRemoved", (Gauge<Long>) () -> total.failures());
        group.gauge("seconds", (Gauge<Double>) () -> seconds);
        group.gauge("lastSeconds", (Gauge<Double>) () -> lastSeconds);
        group.gauge("lastError", (Gauge<String>) () -> lastError);
    }

    void begun() {
        running = 1;
    }

    void ended() {
        running = 0;
    }

    /** Counts a run; one thread only. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // the subtask's thread alone counts, others only read
    void done(MaintenanceRun run) {
        runs++;
        if (!run.dry()) {
            total = total.plus(run.figures());
        }
        lastSeconds = run.endedAt()
                .map(end -> Duration.between(run.begunAt(), end).toMillis() / 1e3)
                .orElse(0.0);
        seconds += lastSeconds;
        if (!run.error().isEmpty()) {
            failedRuns++;
            lastError = run.error();
        }
    }
}
