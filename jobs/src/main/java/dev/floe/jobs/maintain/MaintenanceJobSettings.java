package dev.floe.jobs.maintain;

import dev.floe.catalog.CatalogSettings;
import dev.floe.core.settings.SettingsReader;
import dev.floe.storage.maintain.MaintenanceSettings;
import java.io.Serializable;
import java.time.Duration;

/**
 * Everything the job needs on any cluster.
 *
 * @param keeps what is kept of tables that don't say otherwise
 * @param enabled whether tables are maintained by themselves; what people ask for is done in any case
 * @param interval time between the maintenance of a table
 * @param orphanInterval time between two searches for orphans of a table
 * @param lookInterval time between two looks at which tables are due
 * @param parallelism tables maintained at once
 */
public record MaintenanceJobSettings(
        CatalogSettings catalog,
        MaintenanceSettings keeps,
        boolean enabled,
        Duration interval,
        Duration orphanInterval,
        Duration lookInterval,
        int parallelism)
        implements Serializable {
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

    public static MaintenanceJobSettings read(SettingsReader settings, CatalogSettings catalog) {
        return new MaintenanceJobSettings(
                catalog,
                MaintenanceSettings.read(settings),
                settings.flag(
                        "maintenance.enabled",
                        true,
                        "Whether snapshots of tables expire by themselves; floe maintain works in any case"),
                settings.duration("maintenance.interval", "10m", "Time between the maintenance of a table"),
                settings.duration(
                        "maintenance.orphan-interval",
                        "1d",
                        "Time between two searches of a table's folder for files that nothing names"),
                LOOK_INTERVAL,
                settings.count("maintenance.parallelism", 1, 1, 64, "Tables maintained at once"));
    }
}
