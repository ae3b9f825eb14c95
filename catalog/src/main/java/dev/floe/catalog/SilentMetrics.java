package dev.floe.catalog;

import org.apache.iceberg.metrics.MetricsReport;
import org.apache.iceberg.metrics.MetricsReporter;

/** Drops Iceberg's scan and commit reports, which its default writes to the log one by one. */
public final class SilentMetrics implements MetricsReporter {
    @Override
    public void report(MetricsReport report) {
        // Floe measures its own commits and scans
    }
}
