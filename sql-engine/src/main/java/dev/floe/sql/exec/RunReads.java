package dev.floe.sql.exec;

import dev.floe.core.count.NamedCounts;
import dev.floe.core.name.TableName;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.scan.ReadTally;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * What one run reads, scan by scan, added to the engine's sums once, when the run ends.
 *
 * <p>Nothing is counted row by row: a scan knows what it reads when it begins. For one thread.
 */
public final class RunReads {
    private final NamedCounts<TableName, ReadCount> sums;
    private final IdentityHashMap<PlannedScan, ReadTally> scans = new IdentityHashMap<>();

    public RunReads(NamedCounts<TableName, ReadCount> sums) {
        this.sums = sums;
    }

    /** The tally of a scan, which may run several times. */
    ReadTally of(PlannedScan scan) {
        return scans.computeIfAbsent(scan, any -> new ReadTally(false));
    }

    /** The same for a scan whose pages are to be told apart. */
    ReadTally thoroughly(PlannedScan scan) {
        return scans.computeIfAbsent(scan, any -> new ReadTally(true));
    }

    /** Leaves out what was read so far. */
    void forget() {
        scans.clear();
    }

    /** Adds what was read since this was called last. */
    void finish() {
        Set<TableName> tables = new HashSet<>();
        scans.forEach((scan, tally) -> {
            TableName table = scan.definition().name();
            sums.add(table, tally.sums());
            if (tables.add(table)) {
                sums.add(table, ReadCount.QUERIES, 1);
            }
        });
        scans.clear();
    }
}
