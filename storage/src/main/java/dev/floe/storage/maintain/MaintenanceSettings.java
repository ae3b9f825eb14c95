package dev.floe.storage.maintain;

import dev.floe.core.settings.SettingsReader;
import java.io.Serializable;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;

/**
 * What a table's maintenance keeps; a table's properties go before the server's settings.
 *
 * @param snapshotAge {@code history.expire.max-snapshot-age-ms}: a snapshot goes that was replaced so long ago
 * @param snapshotsMin {@code history.expire.min-snapshots-to-keep}: so many stay however old they are
 * @param snapshotsMax {@code maintenance.snapshots-max}: beyond so many the oldest go before their age; bounds metadata
 * @param manifestsMax {@code maintenance.manifests-max}: small manifests beyond which they are made large ones
 * @param orphanAge {@code maintenance.orphan-age}: files that no snapshot names go once they are so old (ISO-8601, P3D)
 */
public record MaintenanceSettings(
        Duration snapshotAge, int snapshotsMin, int snapshotsMax, int manifestsMax, Duration orphanAge)
        implements Serializable {
    /** Names of the properties that are Floe's own. */
    public static final Set<String> PROPERTIES =
            Set.of("maintenance.snapshots-max", "maintenance.manifests-max", "maintenance.orphan-age");

    /** The least age of files that no snapshot names: a merge and its commit never take that long. */
    public static final Duration ORPHAN_AGE_MIN = Duration.ofDays(1);

    /** A hundred years: beyond it times can't be told apart from for ever. */
    private static final long AGE_MAX_MILLIS = Duration.ofDays(36_500).toMillis();

    private static final String AGE = "history.expire.max-snapshot-age-ms";
    private static final String MIN = "history.expire.min-snapshots-to-keep";
    private static final String MAX = "maintenance.snapshots-max";
    private static final String MANIFESTS = "maintenance.manifests-max";
    private static final String ORPHANS = "maintenance.orphan-age";

    public MaintenanceSettings {
        if (snapshotAge.isNegative() || snapshotsMin < 1 || snapshotsMax < 1 || manifestsMax < 1) {
            throw new IllegalArgumentException("maintenance keeps at least one snapshot and one manifest");
        }
        if (orphanAge.compareTo(ORPHAN_AGE_MIN) < 0) {
            throw new IllegalArgumentException(ORPHANS + " is " + orphanAge + ", less than " + ORPHAN_AGE_MIN
                    + ": files that are about to be committed must not go");
        }
    }

    public static MaintenanceSettings defaults() {
        return new MaintenanceSettings(Duration.ofHours(24), 20, 500, 50, Duration.ofDays(3));
    }

    /** What holds for tables that don't say otherwise. */
    public static MaintenanceSettings read(SettingsReader settings) {
        Duration age = settings.duration(
                "maintenance.snapshot-age", "24h", "A snapshot goes that was replaced so long ago; queries may use it");
        int min = settings.count(
                "maintenance.snapshots-min", 20, 1, 1_000_000, "Snapshots of a table that stay however old they are");
        int max = settings.count(
                "maintenance.snapshots-max",
                500,
                1,
                1_000_000,
                "Snapshots of a table beyond which the oldest go early, 15 minutes after they were replaced");
        int manifests = settings.count(
                "maintenance.manifests-max", 50, 1, 1_000_000, "Small manifests of a table that may gather");
        Duration orphans = settings.duration(
                ORPHANS, "3d", "Files of a table's folder that nothing names go once they are so old; 1d or more");
        if (orphans.compareTo(ORPHAN_AGE_MIN) < 0) {
            settings.mistake(ORPHANS, "it must be 1d or more: files that are about to be committed must not go");
            orphans = ORPHAN_AGE_MIN;
        }
        return new MaintenanceSettings(age, min, max, manifests, orphans);
    }

    /** These settings, where a table's properties say nothing else; throws IllegalArgumentException. */
    public MaintenanceSettings with(Map<String, String> properties) {
        String age = properties.get(AGE);
        return new MaintenanceSettings(
                age == null
                        ? snapshotAge
                        : Duration.ofMillis(Math.min(number(AGE, age, Long.MAX_VALUE), AGE_MAX_MILLIS)),
                count(properties, MIN, snapshotsMin),
                count(properties, MAX, snapshotsMax),
                count(properties, MANIFESTS, manifestsMax),
                age(properties));
    }

    private Duration age(Map<String, String> properties) {
        String value = properties.get(ORPHANS);
        try {
            return value == null ? orphanAge : Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(ORPHANS + " is '" + value + "', not like P3D", e);
        }
    }

    private static int count(Map<String, String> properties, String name, int defaultValue) {
        String value = properties.get(name);
        return value == null ? defaultValue : (int) number(name, value, Integer.MAX_VALUE);
    }

    private static long number(String name, String value, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is '" + value + "', not a whole number", e);
        }
        throw new IllegalArgumentException(name + " is " + value + ", not from 1 to " + max);
    }
}
