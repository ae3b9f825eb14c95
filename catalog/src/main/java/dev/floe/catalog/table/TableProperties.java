package dev.floe.catalog.table;

import dev.floe.storage.compact.CompactionSettings;
import dev.floe.storage.maintain.MaintenanceSettings;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Table properties a user may set: whole numbers in a range, those of compaction and maintenance; no others. */
final class TableProperties {
    private record Range(long min, long max) {}

    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final long GIB = 1024 * MIB;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,30}");

    private static final Map<String, Range> ALLOWED = new TreeMap<>(Map.of(
            "history.expire.max-snapshot-age-ms", new Range(60_000, Long.MAX_VALUE),
            "history.expire.min-snapshots-to-keep", new Range(1, Integer.MAX_VALUE),
            "write.metadata.previous-versions-max", new Range(1, 10_000),
            "write.parquet.compression-level", new Range(1, 19),
            "write.parquet.dict-size-bytes", new Range(KIB, 64 * MIB),
            "write.parquet.page-row-limit", new Range(100, 1_000_000),
            "write.parquet.page-size-bytes", new Range(KIB, 64 * MIB),
            "write.parquet.row-group-size-bytes", new Range(MIB, 2 * GIB - 1),
            "write.target-file-size-bytes", new Range(MIB, 16 * GIB)));

    private TableProperties() {}

    static void check(Map<String, String> properties) {
        for (Map.Entry<String, String> property : new TreeMap<>(properties).entrySet()) {
            String path = "properties." + TableRules.shown(property.getKey());
            if (CompactionSettings.PROPERTIES.contains(property.getKey())) {
                check(property, () -> CompactionSettings.of(Map.of(property.getKey(), property.getValue())));
                continue;
            }
            if (MaintenanceSettings.PROPERTIES.contains(property.getKey())) {
                check(
                        property,
                        () -> MaintenanceSettings.defaults().with(Map.of(property.getKey(), property.getValue())));
                continue;
            }
            Range range = ALLOWED.get(property.getKey());
            if (range == null) {
                throw TableRules.invalid("there is no property '" + TableRules.shown(property.getKey()) + "' to set")
                        .at(path)
                        .advise("properties that can be set: " + String.join(", ", names()));
            }
            if (!isWithin(property.getValue(), range)) {
                throw TableRules.invalid("'" + TableRules.shown(property.getValue())
                                + "' won't do: a whole number from " + range.min() + " to " + range.max())
                        .at(path);
            }
        }
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(ALLOWED.keySet());
        names.addAll(CompactionSettings.PROPERTIES);
        names.addAll(MaintenanceSettings.PROPERTIES);
        return names;
    }

    private static void check(Map.Entry<String, String> property, Supplier<?> settings) {
        try {
            Object unused = settings.get();
        } catch (IllegalArgumentException e) {
            throw TableRules.invalid("'" + TableRules.shown(property.getValue()) + "' won't do: " + e.getMessage())
                    .at("properties." + property.getKey());
        }
    }

    private static boolean isWithin(String text, Range range) {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            return false;
        }
        BigInteger value = new BigInteger(text);
        return value.compareTo(BigInteger.valueOf(range.min())) >= 0
                && value.compareTo(BigInteger.valueOf(range.max())) <= 0;
    }
}
