package dev.floe.storage.compact;

import java.util.List;

/**
 * Chooses the runs of a bucket that are worth merging now; a pure function of the runs.
 *
 * <p>What it picks is of one partition and within the settings' limits. A strategy must come to rest: applied again and
 * again to what its own merges leave, it picks nothing at last.
 */
public interface CompactionStrategy {
    /** The runs to merge into as few as their size allows; none where all is well. */
    List<RunStats> pick(List<RunStats> runs);

    /** The strategy that a table's settings name. */
    static CompactionStrategy of(CompactionSettings settings) {
        return switch (settings.strategy()) {
            case SIZE_TIERED -> new SizeTiered(settings);
            case DV_RATIO -> new DeadRatio(settings);
            case AGE -> new Age(settings);
            case NONE -> runs -> List.of();
        };
    }
}
