package dev.floe.storage.compact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges a bucket once as far as its settings allow: small runs with each other, and every run that has dead rows.
 *
 * <p>Made for one bucket and one request: the runs it is first asked about are those it is about. What comes later, its
 * own outputs included, is left alone, so that it ends while rows go on to come and die. Each of the runs is rewritten
 * at most once, in merges of up to {@code rowsMax} rows of however many runs. A run with more live rows stays as it is.
 */
public final class WholeBucket implements CompactionStrategy {
    private final CompactionSettings settings;
    private @Nullable Set<Integer> asked;

    public WholeBucket(CompactionSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<RunStats> pick(List<RunStats> runs) {
        Set<Integer> numbers = asked;
        if (numbers == null) {
            numbers = new HashSet<>();
            for (RunStats run : runs) {
                numbers.add(run.number());
            }
            asked = numbers;
        }
        for (List<RunStats> group : Picks.byPartition(runs)) {
            Set<Integer> ours = numbers;
            List<RunStats> left = group.stream()
                    .filter(run -> ours.contains(run.number()) && run.liveRows() <= settings.rowsMax())
                    .filter(run -> run.deadRows() > 0 || isSmall(run))
                    .sorted(Comparator.comparingLong(RunStats::liveRows))
                    .toList();
            for (int from = 0; from < left.size(); from++) {
                List<RunStats> fit = fitting(left.subList(from, left.size()));
                if (fit.size() > 1 || fit.get(0).deadRows() > 0) {
                    return fit;
                }
            }
        }
        return List.of();
    }

    private boolean isSmall(RunStats run) {
        return !run.full() && run.liveBytes() < settings.targetBytes();
    }

    private List<RunStats> fitting(List<RunStats> runs) {
        List<RunStats> fit = new ArrayList<>();
        long rows = 0;
        for (RunStats run : runs) {
            rows += run.liveRows();
            if (rows > settings.rowsMax() && !fit.isEmpty()) {
                break;
            }
            fit.add(run);
        }
        return fit;
    }
}
