package dev.floe.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.storage.commit.Guards.Guard;
import dev.floe.storage.maintain.ExpiryPlan;
import dev.floe.storage.maintain.MaintenanceSettings;
import dev.floe.storage.write.BucketChanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;

/** The files that writers made and nobody removed, and who removes them beside the committer. */
final class ModelMaintenance {
    static final int ORPHAN_AGE_STEPS = 15;

    private final ModelWorld world;
    /** When each data and vector file was written; one that was removed is not there. */
    private final Map<String, Long> files = new HashMap<>();

    ModelMaintenance(ModelWorld world) {
        this.world = world;
    }

    static boolean isOld(long steps) {
        return steps > ORPHAN_AGE_STEPS;
    }

    void written(BucketChanges changes) {
        changes.dataFiles().forEach(file -> files.put(file.location(), world.clock()));
        changes.deletionVectors().forEach(file -> files.put(file.location(), world.clock()));
    }

    boolean isThere(String location) {
        return files.containsKey(location);
    }

    /** One of the things that maintenance does; its commit may fail, or seem to. */
    void act() {
        new ModelCheck(world).run();
        int what = world.random.nextInt(4);
        if (what == 1) {
            removeOrphans();
            return;
        }
        try {
            switch (what) {
                case 0 -> rewriteManifests();
                case 2 -> world.load().newAppend().commit(); // another's snapshot that changes no rows
                default -> expire();
            }
        } catch (RuntimeException e) {
            assertThat(e).as("what is missing is missed").isNotInstanceOf(NotFoundException.class);
        }
    }

    private void rewriteManifests() {
        Table table = world.load();
        Snapshot current = table.currentSnapshot();
        if (current == null || current.dataManifests(table.io()).isEmpty() || !CommitterNeeds.allowsRewrite(table)) {
            return;
        }
        RewriteManifests rewrite = table.rewriteManifests()
                .clusterBy(file -> "")
                .scanManifestsWith(new CallerThread())
                .deleteWith(file -> {});
        boolean atCommit = world.guards.has(Guard.SUMMARY_OF_THE_PARENT);
        CommitterNeeds.carryOver(rewrite, atCommit ? null : TableHistory.of(table));
        rewrite.commit();
    }

    private void expire() {
        Table table = world.load();
        MaintenanceSettings settings =
                new MaintenanceSettings(Duration.ZERO, 1 + world.random.nextInt(3), 500, 1, Duration.ofDays(1));
        ExpiryPlan plan = ExpiryPlan.of(
                table,
                CommitterNeeds.snapshots(table, world.guards),
                snapshot -> !world.guards.has(Guard.NEWEST_STAYS) || CommitterNeeds.isFloes(snapshot),
                settings,
                Instant.now().plusSeconds(60));
        plan.carryOut(table, location -> {
            if (files.remove(location) == null) {
                table.io().deleteFile(location);
            }
        });
    }

    private void removeOrphans() {
        long byAge = world.clock() - ORPHAN_AGE_STEPS;
        long limit = Math.min(byAge, world.settledAt());
        Table table = world.load();
        Set<String> named = new HashSet<>();
        for (Snapshot snapshot : table.snapshots()) {
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                try (ManifestReader<? extends ContentFile<?>> reader = open(table, manifest)) {
                    reader.forEach(file -> named.add(file.location()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        files.entrySet().removeIf(file -> file.getValue() < limit && !named.contains(file.getKey()));
    }

    private static ManifestReader<? extends ContentFile<?>> open(Table table, ManifestFile manifest) {
        return manifest.content() == ManifestContent.DELETES
                ? ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())
                : ManifestFiles.read(manifest, table.io(), table.specs());
    }
}
