package dev.floe.storage.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.sidecar.LocalFiles;
import dev.floe.storage.sidecar.SidecarName;
import dev.floe.storage.write.BucketChanges;
import dev.floe.storage.write.TestTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of snapshots that are gone go with them, those of snapshots that stay are all there. */
class TableMaintenanceTest {
    private static final Duration AGE = Duration.ofDays(1);
    private static final MaintenanceSettings ONE_SNAPSHOT = new MaintenanceSettings(Duration.ZERO, 1, 500, 1_000, AGE);

    @TempDir
    Path folder;

    private final Instant now = Instant.now().plusSeconds(60);
    private FolderTable table;

    @BeforeEach
    void create() {
        table = FolderTable.create(folder);
    }

    @Test
    void filesOfExpiredSnapshotsGoWithTheirSidecars() {
        table.upsert(1, 2, 3);
        table.upsert(4, 5);
        Set<String> merged = dataFiles();
        long current = table.compact(6);
        assertThat(table.files("data")).containsAll(merged).containsAll(sidecars(merged));
        int before = table.files("").size();

        MaintenanceFigures figures = tidy(ONE_SNAPSHOT, false);

        assertThat(table.snapshots()).containsExactly(current);
        assertThat(table.files("data")).doesNotContainAnyElementsOf(merged);
        assertThat(table.files("data")).doesNotContainAnyElementsOf(sidecars(merged));
        assertThat(table.files("data")).containsAll(dataFiles()).containsAll(sidecars(dataFiles()));
        assertThat(table.keys(current)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(figures.snapshotsExpired()).isEqualTo(2);
        assertThat(figures.filesRemoved()).isGreaterThanOrEqualTo(2L * merged.size());
        assertThat(figures.bytesRemoved()).isPositive();
        assertThat(figures.failures()).isZero();
        // a new metadata file came
        assertThat(table.files("")).hasSize(before - (int) figures.filesRemoved() + 1);
    }

    @Test
    void aPuffinFileOfSeveralVectorsStaysWhileOneIsLive() {
        table.upsert(LongStream.range(0, 10).toArray());
        table.upsert(LongStream.range(10, 20).toArray());
        table.upsert(0, 10);
        String shared = vectors().iterator().next();
        assertThat(vectors()).as("one file for both vectors").containsExactly(shared);
        long replacedOne = table.upsert(1);
        assertThat(vectors()).hasSize(2).contains(shared);

        tidy(ONE_SNAPSHOT, false);

        assertThat(table.snapshots()).containsExactly(replacedOne);
        assertThat(table.files("data")).containsAll(vectors());
        assertThat(table.keys(replacedOne)).hasSize(20).doesNotHaveDuplicates();
        long replacedBoth = table.upsert(11);
        assertThat(vectors()).doesNotContain(shared);
        tidy(ONE_SNAPSHOT, false);
        assertThat(table.files("data")).doesNotContain(shared).containsAll(vectors());
        assertThat(table.keys(replacedBoth)).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void aDryRunTellsWhatWouldGoAndChangesNothing() {
        table.upsert(1, 2, 3);
        table.upsert(4, 5);
        table.compact(6);
        age(table.flush(RowOperation.UPSERT, 7));
        Set<String> files = table.files("");
        Set<Long> snapshots = table.snapshots();

        TableMaintenance dry = maintenance(ONE_SNAPSHOT, true);
        tidy(dry);
        dry.removeOrphans(now, Optional.of(now));

        assertThat(table.files("")).isEqualTo(files);
        assertThat(table.snapshots()).isEqualTo(snapshots);
        TableMaintenance real = maintenance(ONE_SNAPSHOT, false);
        tidy(real);
        real.removeOrphans(now, Optional.of(now));
        assertThat(dry.end()).isEqualTo(real.end());
        assertThat(real.end().orphansRemoved()).isPositive();
    }

    @Test
    void whatARunDidNotRemoveIsLeftToTheNext() {
        table.upsert(1, 2, 3);
        table.upsert(4, 5);
        Set<String> merged = locations();
        long current = table.compact(6);
        table.undeletable().addAll(merged);

        MaintenanceFigures failing = tidy(ONE_SNAPSHOT, false);

        assertThat(failing.failures()).isEqualTo(merged.size());
        assertThat(table.snapshots()).containsExactly(current);
        assertThat(merged).allMatch(file -> Files.exists(Path.of(file)));
        table.undeletable().clear();
        merged.forEach(this::age);
        MaintenanceFigures mending = orphans(Optional.of(now));
        assertThat(mending.orphansRemoved()).isEqualTo(merged.size());
        assertThat(merged).noneMatch(file -> Files.exists(Path.of(file)));
        assertThat(table.keys(current)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void orphansGoOnceTheyAreOldAndTheCommitterHasSettledThem() {
        long current = table.upsert(1, 2);
        BucketChanges young = table.flush(RowOperation.UPSERT, 3);
        assertThat(orphans(Optional.of(now))).as("too young").isEqualTo(MaintenanceFigures.NONE);
        age(young);

        assertThat(orphans(Optional.empty())).as("the committer did not say").isEqualTo(MaintenanceFigures.NONE);
        assertThat(orphans(Optional.of(now.minus(AGE).minusSeconds(1))))
                .as("the committer has been silent")
                .isEqualTo(MaintenanceFigures.NONE);
        assertThat(table.files("data")).contains(name(young.dataFiles().get(0).location()));
        MaintenanceFigures figures = orphans(Optional.of(now));

        assertThat(figures.orphansRemoved()).isEqualTo(2);
        assertThat(table.files("data")).containsExactlyInAnyOrderElementsOf(withSidecars(dataFiles()));
        assertThat(table.keys(current)).containsExactly(1L, 2L);
    }

    @Test
    void oldFilesOfLiveSnapshotsAndOfOthersStay() throws Exception {
        table.upsert(1, 2, 3);
        long tagged = table.upsert(2);
        table.load().manageSnapshots().createTag("audit", tagged).commit();
        long current = table.compact(4);
        tidy(ONE_SNAPSHOT, false);
        Path others = Files.createFile(folder.resolve("data/somebody.parquet"));
        Path notes = Files.createFile(folder.resolve("metadata/stats.puffin"));
        Path lostSidecar = Files.createFile(folder.resolve("data/b00000-1-1-x.parquet.keys.puffin"));
        Path lostManifest = Files.createFile(folder.resolve("metadata/lost-m0.avro"));
        new LocalFiles().listPrefix(folder.toString()).forEach(file -> age(file.location()));

        TableMaintenance oneAtATime = maintenance(ONE_SNAPSHOT, false);
        oneAtATime.removeOrphans(now, Optional.of(now));
        new OrphanFiles(table.load(), 1).run(now.minus(AGE), false);

        assertThat(oneAtATime.end().orphansRemoved()).isGreaterThanOrEqualTo(2);
        assertThat(others).exists();
        assertThat(notes).exists();
        assertThat(lostSidecar).doesNotExist();
        assertThat(lostManifest).doesNotExist();
        assertThat(table.keys(tagged)).containsExactly(1L, 2L, 3L);
        assertThat(table.keys(current)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(table.files("data")).containsAll(withSidecars(dataFiles()));
        table.upsert(5);
        assertThat(table.keys(table.current())).hasSize(5);
    }

    @Test
    void noOrphanGoesWhereTheTableNamesFilesInAnotherWay() {
        table.upsert(1);
        BucketChanges lost = table.flush(RowOperation.UPSERT, 2);
        age(lost);
        DataFile live = TestTable.dataFiles(table.load()).get(0);
        Table loaded = table.load();
        loaded.newAppend()
                .appendFile(DataFiles.builder(loaded.spec())
                        .copy(live)
                        .withPath("file:" + live.location())
                        .build())
                .commit();

        assertThatThrownBy(() -> orphans(Optional.of(now)))
                .isInstanceOfSatisfying(
                        FloeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
        assertThat(table.files("data")).contains(name(lost.dataFiles().get(0).location()));
    }

    @Test
    void smallManifestsBecomeOneAndRowsAndOffsetsStay() {
        for (int id = 0; id < 5; id++) {
            table.upsert(id, id + 1);
        }
        long before = table.current();
        MaintenanceSettings fewManifests = new MaintenanceSettings(AGE, 1, 500, 3, AGE);
        assertThat(table.load().currentSnapshot().dataManifests(table.load().io()))
                .hasSize(5);

        MaintenanceFigures figures = tidy(fewManifests, false);

        assertThat(figures.manifestsRewritten()).isEqualTo(5);
        Table loaded = table.load();
        assertThat(loaded.currentSnapshot().dataManifests(loaded.io())).hasSize(1);
        assertThat(loaded.currentSnapshot().snapshotId()).isNotEqualTo(before);
        assertThat(loaded.currentSnapshot().summary().get("floe.offsets"))
                .isEqualTo(loaded.snapshot(before).summary().get("floe.offsets"));
        assertThat(table.keys(table.current())).isEqualTo(table.keys(before)).hasSize(6);
        assertThat(tidy(fewManifests, false)).as("nothing is left to do").isEqualTo(MaintenanceFigures.NONE);
        table.upsert(0, 9);
        assertThat(table.keys(table.current())).hasSize(7).doesNotHaveDuplicates();
    }

    private MaintenanceFigures tidy(MaintenanceSettings settings, boolean dry) {
        TableMaintenance maintenance = maintenance(settings, dry);
        tidy(maintenance);
        return maintenance.end();
    }

    private void tidy(TableMaintenance maintenance) {
        maintenance.rewriteManifests();
        maintenance.expireSnapshots(now);
    }

    private MaintenanceFigures orphans(Optional<Instant> settled) {
        TableMaintenance maintenance = maintenance(ONE_SNAPSHOT, false);
        maintenance.removeOrphans(now, settled);
        return maintenance.end();
    }

    private TableMaintenance maintenance(MaintenanceSettings settings, boolean dry) {
        return new TableMaintenance(table.load(), settings, dry, (step, figures) -> {});
    }

    private Set<String> locations() {
        return TestTable.dataFiles(table.load()).stream()
                .map(DataFile::location)
                .collect(Collectors.toSet());
    }

    private Set<String> dataFiles() {
        return locations().stream().map(TableMaintenanceTest::name).collect(Collectors.toSet());
    }

    private Set<String> vectors() {
        Set<String> names = new HashSet<>();
        try (CloseableIterable<FileScanTask> tasks = table.load().newScan().planFiles()) {
            tasks.forEach(task -> task.deletes().forEach(vector -> names.add(name(vector.location()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private static Set<String> sidecars(Set<String> files) {
        return files.stream().map(SidecarName::of).collect(Collectors.toSet());
    }

    private static Set<String> withSidecars(Set<String> files) {
        Set<String> all = sidecars(files);
        all.addAll(files);
        return all;
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private void age(BucketChanges changes) {
        List<String> files =
                changes.dataFiles().stream().map(DataFile::location).toList();
        files.forEach(this::age);
        files.forEach(file -> age(SidecarName.of(file)));
    }

    /** Makes a file one that was written two days ago. */
    private void age(String location) {
        try {
            Files.setLastModifiedTime(Path.of(location), FileTime.from(now.minus(AGE.multipliedBy(2))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
