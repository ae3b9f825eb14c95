package dev.floe.storage.compact;

import java.util.Comparator;
import java.util.List;

/**
 * Merges the small runs of a partition that have come of age, oldest first; for tables whose partitions are written for
 * a while and then left.
 */
final class Age implements CompactionStrategy {
    private final CompactionSettings settings;

    Age(CompactionSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<RunStats> pick(List<RunStats> runs) {
        for (List<RunStats> group : Picks.byPartition(runs)) {
            List<RunStats> old = group.stream()
                    .filter(run -> run.ageMillis() >= settings.ageMin().toMillis())
                    .filter(run -> !run.full())
                    .filter(run -> run.liveBytes() < settings.targetBytes() / 2)
                    .filter(run -> run.liveRows() < settings.rowsMax() / 2)
                    .sorted(Comparator.comparingLong(RunStats::ageMillis).reversed())
                    .toList();
            List<RunStats> fit = Picks.within(settings, old);
            if (fit.size() > 1) {
                return fit;
            }
        }
        return new DeadRatio(settings).pick(runs);
    }
}
