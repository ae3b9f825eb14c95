package dev.floe.jobs.maintain;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import java.time.Clock;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/** Maintains the tables that come, one at a time in each subtask; it has no state and the job no checkpoints. */
final class MaintainTables extends AbstractStreamOperator<Void> implements OneInputStreamOperator<DueTable, Void> {
    private static final long serialVersionUID = 1;

    private final MaintenanceJobSettings settings;
    private transient @Nullable Catalog catalog;
    private transient MaintenanceCounters counters;
    private transient TableRuns runs;

    @SuppressWarnings("NullAway.Init") // Flink sets operators up in open
    MaintainTables(MaintenanceJobSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        Catalog opened = SqlCatalog.open(settings.catalog());
        catalog = opened;
        counters = new MaintenanceCounters();
        counters.register(getMetricGroup());
        runs = new TableRuns(opened, settings.keeps(), Clock.systemUTC());
    }

    @Override
    public void processElement(StreamRecord<DueTable> element) {
        counters.begun();
        try {
            runs.run(element.getValue()).ifPresent(counters::done);
        } finally {
            counters.ended();
        }
    }

    @Override
    public void close() throws Exception {
        if (catalog != null) {
            catalog.close();
        }
        super.close();
    }
}
