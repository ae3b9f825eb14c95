package dev.floe.storage.compact;

import java.util.Comparator;
import java.util.List;

/** Rewrites runs of which too much is dead, those with the most dead rows first. */
final class DeadRatio implements CompactionStrategy {
    private final CompactionSettings settings;

    DeadRatio(CompactionSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<RunStats> pick(List<RunStats> runs) {
        for (List<RunStats> group : Picks.byPartition(runs)) {
            List<RunStats> worn = group.stream()
                    .filter(run -> run.deadRatio() >= settings.deadRatioMax())
                    .filter(run -> run.liveRows() <= settings.rowsMax())
                    .sorted(Comparator.comparingLong(RunStats::deadRows).reversed())
                    .toList();
            if (!worn.isEmpty()) {
                return Picks.within(settings, worn);
            }
        }
        return List.of();
    }
}
