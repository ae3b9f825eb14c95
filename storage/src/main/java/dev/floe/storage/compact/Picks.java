package dev.floe.storage.compact;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What strategies share: runs by partition, and as many of them as one merge may have. */
final class Picks {
    private Picks() {}

    static Collection<List<RunStats>> byPartition(List<RunStats> runs) {
        Map<String, List<RunStats>> groups = new LinkedHashMap<>();
        runs.forEach(run -> groups.computeIfAbsent(run.partition(), partition -> new ArrayList<>())
                .add(run));
        return groups.values();
    }

    /** The first of the runs that fit one merge. */
    static List<RunStats> within(CompactionSettings settings, List<RunStats> runs) {
        List<RunStats> fit = new ArrayList<>();
        long rows = 0;
        for (RunStats run : runs) {
            rows += run.liveRows();
            if (fit.size() == settings.runsMax() || (rows > settings.rowsMax() && !fit.isEmpty())) {
                break;
            }
            fit.add(run);
        }
        return fit;
    }
}
