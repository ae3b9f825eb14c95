package dev.floe.storage.compact;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How the runs of a table are compacted, from the table's properties.
 *
 * @param strategy {@code compaction.strategy}: size-tiered (default), dv-ratio, age or none
 * @param runsMin {@code compaction.runs-min}: runs of about one size that are merged together
 * @param runsMax most runs of one merge
 * @param targetBytes {@code compaction.target-bytes}: a run of that size is merged no further for its size
 * @param rowsMax {@code compaction.rows-max}: live rows of one merge, which bounds its memory (about 24 bytes a row)
 * @param deadRatioMax {@code compaction.dead-ratio-max}: share of dead rows from which a run is rewritten
 * @param ageMin {@code compaction.age-min}: age from which the strategy {@code age} merges small runs (ISO-8601, PT1H)
 */
public record CompactionSettings(
        Kind strategy, int runsMin, int runsMax, long targetBytes, long rowsMax, double deadRatioMax, Duration ageMin) {
    /** Names of the properties. */
    public static final Set<String> PROPERTIES = Set.of(
            "compaction.strategy",
            "compaction.runs-min",
            "compaction.target-bytes",
            "compaction.rows-max",
            "compaction.dead-ratio-max",
            "compaction.age-min");

    private static final int RUNS_MAX = 64;
    private static final String PREFIX = "compaction.";

    /** Strategies by the names that tables use. */
    public enum Kind {
        SIZE_TIERED,
        DV_RATIO,
        AGE,
        NONE
    }

    public CompactionSettings {
        if (runsMin < 2 || runsMax < runsMin || targetBytes < 1 || rowsMax < 1) {
            throw new IllegalArgumentException("compaction needs 2 to " + RUNS_MAX + " runs and positive limits");
        }
        // every run has a share of 0 or more that is dead: a limit of 0 would rewrite for ever
        if (!(deadRatioMax >= 0.01)) {
            throw new IllegalArgumentException("compaction.dead-ratio-max must be 0.01 or more");
        }
    }

    public static CompactionSettings defaults() {
        return of(Map.of());
    }

    /** Throws IllegalArgumentException, which names the property, where a value does not fit. */
    public static CompactionSettings of(Map<String, String> properties) {
        long runs = number(properties, "runs-min", 8);
        if (runs > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(PREFIX + "runs-min is " + runs + ", more than " + Integer.MAX_VALUE);
        }
        int runsMin = (int) runs;
        return new CompactionSettings(
                kind(properties),
                runsMin,
                Math.max(RUNS_MAX, runsMin),
                number(properties, "target-bytes", 256L << 20),
                number(properties, "rows-max", 4_000_000),
                ratio(properties),
                age(properties));
    }

    private static Kind kind(Map<String, String> properties) {
        String name = properties.getOrDefault(PREFIX + "strategy", "size-tiered");
        for (Kind kind : Kind.values()) {
            if (kind.name().replace('_', '-').toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                PREFIX + "strategy is '" + name + "', not one of size-tiered, dv-ratio, age, none");
    }

    private static long number(Map<String, String> properties, String name, long defaultValue) {
        String value = properties.get(PREFIX + name);
        try {
            return value == null ? defaultValue : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + name + " is '" + value + "', not a whole number", e);
        }
    }

    private static double ratio(Map<String, String> properties) {
        String value = properties.getOrDefault(PREFIX + "dead-ratio-max", "0.3");
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + "dead-ratio-max is '" + value + "', not a number", e);
        }
    }

    private static Duration age(Map<String, String> properties) {
        String value = properties.getOrDefault(PREFIX + "age-min", "PT1H");
        try {
            return Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(PREFIX + "age-min is '" + value + "', not like PT1H", e);
        }
    }
}
