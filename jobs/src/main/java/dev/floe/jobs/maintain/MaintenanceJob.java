package dev.floe.jobs.maintain;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job that keeps tables' metadata and folders small, beside the one that writes them.
 *
 * <pre>
 *   catalog ─► due tables ─► maintain tables ─► catalog
 * </pre>
 *
 * <p>It has no state and no checkpoints: what was done when is in the catalog, and a run that was cut short is mended
 * by the next. It commits beside the committer without ever taking anything from it: what that one needs is in {@link
 * dev.floe.storage.commit.CommitterNeeds}.
 */
public final class MaintenanceJob {
    public static final String NAME = "maintenance";

    private MaintenanceJob() {}

    /** What the job needs of a cluster's configuration. */
    public static Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        return configuration;
    }

    /** Adds the job to an environment made with {@link #configuration}. */
    public static void build(StreamExecutionEnvironment environment, MaintenanceJobSettings settings) {
        environment
                .fromSource(
                        new DueTables(settings),
                        WatermarkStrategy.noWatermarks(),
                        "due tables",
                        TypeInformation.of(DueTable.class))
                .setParallelism(1)
                .uid("due-tables")
                .rebalance()
                .transform("maintain tables", Types.VOID, new MaintainTables(settings))
                .setParallelism(settings.parallelism())
                .uid("maintain-tables");
    }
}
