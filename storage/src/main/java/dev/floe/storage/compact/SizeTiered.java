package dev.floe.storage.compact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Merges runs of about the same size once there are enough of them, and rewrites a run of which too much is dead.
 *
 * <p>Tiers are powers of {@code runsMin}: each row is rewritten about once a tier, and a bucket keeps fewer than
 * {@code runsMin} runs in each. Sizes are those of the live rows, so that a run shrinks into a lower tier as it dies.
 */
final class SizeTiered implements CompactionStrategy {
    private static final long FLOOR_BYTES = 256 << 10;

    private final CompactionSettings settings;

    SizeTiered(CompactionSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<RunStats> pick(List<RunStats> runs) {
        for (List<RunStats> group : Picks.byPartition(runs)) {
            TreeMap<Integer, List<RunStats>> tiers = new TreeMap<>();
            for (RunStats run : group) {
                boolean small = run.liveBytes() < settings.targetBytes() && run.liveRows() < settings.rowsMax();
                if (small && !run.full()) {
                    tiers.computeIfAbsent(tier(run), tier -> new ArrayList<>()).add(run);
                }
            }
            for (List<RunStats> tier : tiers.values()) {
                List<RunStats> fit = Picks.within(
                        settings,
                        tier.stream()
                                .sorted(Comparator.comparingLong(RunStats::liveBytes))
                                .toList());
                if (tier.size() >= settings.runsMin() && fit.size() > 1) {
                    return fit;
                }
            }
        }
        return new DeadRatio(settings).pick(runs);
    }

    private int tier(RunStats run) {
        int tier = 0;
        for (long bytes = FLOOR_BYTES; bytes < run.liveBytes(); bytes *= settings.runsMin()) {
            tier++;
        }
        return tier;
    }
}
