package dev.floe.storage.maintain;

import dev.floe.storage.commit.CallerThread;
import dev.floe.storage.commit.CommitterNeeds;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Makes a table's small data manifests few large ones, where too many have gathered.
 *
 * <p>Invariants: the files and rows of the table stay what they are, and so does what the committer reads of it
 * ({@link CommitterNeeds#carryOver}). The commit is optimistic: one of the committer's in between makes Iceberg take
 * the new manifests over, or make them anew where that one changed what they were made of; the committer in turn plans
 * again. No manifest is deleted here, not even of an attempt that failed: whether it did is not known. Manifests of
 * deletion vectors are left to the commits, which merge them.
 */
final class ManifestRewrite {
    private static final String TARGET_BYTES = "commit.manifest.target-size-bytes";
    private static final long TARGET_BYTES_DEFAULT = 8L << 20;

    private final Table table;
    private final MaintenanceSettings settings;

    ManifestRewrite(Table table, MaintenanceSettings settings) {
        this.table = table;
        this.settings = settings;
    }

    MaintenanceFigures run(boolean dry) {
        table.refresh();
        Snapshot current = table.currentSnapshot();
        if (current == null || !CommitterNeeds.allowsRewrite(table)) {
            return MaintenanceFigures.NONE;
        }
        long smallBelow = PropertyUtil.propertyAsLong(table.properties(), TARGET_BYTES, TARGET_BYTES_DEFAULT) / 2;
        Set<String> small = new HashSet<>();
        for (ManifestFile manifest : current.dataManifests(table.io())) {
            if (manifest.length() < smallBelow) {
                small.add(manifest.path());
            }
        }
        if (small.size() <= settings.manifestsMax()) {
            return MaintenanceFigures.NONE;
        }
        if (!dry) {
            rewrite(table, small);
        }
        return MaintenanceFigures.ofManifests(small.size());
    }

    private static void rewrite(Table table, Set<String> manifests) {
        RewriteManifests rewrite = table.rewriteManifests()
                .clusterBy(file -> "")
                .rewriteIf(manifest -> manifests.contains(manifest.path()))
                .scanManifestsWith(new CallerThread())
                .deleteWith(file -> {});
        CommitterNeeds.carryOver(rewrite);
        rewrite.commit();
    }
}
