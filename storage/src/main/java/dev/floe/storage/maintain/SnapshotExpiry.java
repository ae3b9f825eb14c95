package dev.floe.storage.maintain;

import dev.floe.storage.commit.CommitterNeeds;
import java.time.Instant;
import org.apache.iceberg.Table;

/**
 * Takes old snapshots out of a table's metadata, then removes the files that only they had.
 *
 * <p>Invariants: a snapshot that the committer looks for stays ({@link CommitterNeeds}). A file goes only after the
 * commit that took its last snapshot away, and where no snapshot that is left has it; so the paths of the snapshots
 * that go are compared with those of all that stay. Iceberg's cheaper way, to remove what the expired snapshots'
 * manifests have as deleted, would take a Puffin file away at the first of its deletion vectors that is replaced.
 * Where the commit's fate is not known nothing is removed: orphans go later.
 */
final class SnapshotExpiry {
    private final Table table;
    private final MaintenanceSettings settings;

    SnapshotExpiry(Table table, MaintenanceSettings settings) {
        this.table = table;
        this.settings = settings;
    }

    MaintenanceFigures run(Instant now, boolean dry) {
        table.refresh();
        ExpiryPlan plan = ExpiryPlan.of(table, CommitterNeeds.snapshots(table), CommitterNeeds::isFloes, settings, now);
        if (plan.isEmpty()) {
            return MaintenanceFigures.NONE;
        }
        FileRemover files = new FileRemover(table.io(), dry);
        if (dry) {
            new ReachableFiles(table).onlyOf(plan.expired()).forEach(files);
        } else {
            plan.carryOut(table, files);
        }
        return MaintenanceFigures.ofExpiry(plan.expired().size(), files);
    }
}
