package dev.floe.storage.maintain;

import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.iceberg.Table;

/**
 * One run of a table's maintenance.
 *
 * <pre>
 *   small manifests ─► large ones │ old snapshots ─► out of the metadata ─► their files │ files that nothing names
 * </pre>
 *
 * <p>Each step leaves the table whole, whether it ends well or not, so that a run may end anywhere and the next goes
 * on. For one thread; several runs of one table at once do no harm.
 */
public final class TableMaintenance {
    private final Table table;
    private final MaintenanceSettings settings;
    private final boolean dry;
    private final BiConsumer<Step, MaintenanceFigures> progress;
    private MaintenanceFigures figures = MaintenanceFigures.NONE;

    /** What a run does one after another. */
    public enum Step {
        MANIFESTS,
        SNAPSHOTS,
        ORPHANS,
        DONE
    }

    /**
     * @param dry counts what would go, and changes nothing
     * @param progress told when each step begins, and at the end
     */
    public TableMaintenance(
            Table table, MaintenanceSettings settings, boolean dry, BiConsumer<Step, MaintenanceFigures> progress) {
        this.table = table;
        this.settings = settings;
        this.dry = dry;
        this.progress = progress;
    }

    /** Makes many small manifests few large ones. */
    public void rewriteManifests() {
        progress.accept(Step.MANIFESTS, figures);
        figures = figures.plus(new ManifestRewrite(table, settings).run(dry));
    }

    /** Lets old snapshots expire, and removes the files that only they had. */
    public void expireSnapshots(Instant now) {
        progress.accept(Step.SNAPSHOTS, figures);
        figures = figures.plus(new SnapshotExpiry(table, settings).run(now, dry));
    }

    /**
     * Removes files that nothing names; false where the committer has been silent for long, and nothing was done.
     *
     * @param settledThrough changes handed to the committer before are committed or void; empty where it did not say
     */
    public boolean removeOrphans(Instant now, Optional<Instant> settledThrough) {
        progress.accept(Step.ORPHANS, figures);
        Optional<Instant> limit = OrphanFiles.limit(settings, now, settledThrough);
        if (limit.isPresent()) {
            figures = figures.plus(new OrphanFiles(table).run(limit.get(), dry));
        }
        return limit.isPresent();
    }

    /** What was done. */
    public MaintenanceFigures end() {
        progress.accept(Step.DONE, figures);
        return figures;
    }
}
