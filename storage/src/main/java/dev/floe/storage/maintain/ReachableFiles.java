package dev.floe.storage.maintain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Which files snapshots of a table lead to; reads each manifest once. */
final class ReachableFiles {
    private final Table table;

    /** The table as loaded; it is not refreshed here. */
    ReachableFiles(Table table) {
        this.table = table;
    }

    /** Files that some snapshots have and all others have not. */
    Collection<String> onlyOf(Set<Long> snapshotIds) {
        Map<String, ManifestFile> going = new LinkedHashMap<>();
        Set<String> files = new HashSet<>();
        List<Snapshot> staying = new ArrayList<>();
        for (Snapshot snapshot : table.snapshots()) {
            if (!snapshotIds.contains(snapshot.snapshotId())) {
                staying.add(snapshot);
                continue;
            }
            files.add(snapshot.manifestListLocation());
            snapshot.allManifests(table.io()).forEach(manifest -> going.put(manifest.path(), manifest));
        }
        files.addAll(going.keySet());
        going.values().forEach(manifest -> forEachOf(manifest, files::add));
        forEachOf(staying, files::remove);
        return files;
    }

    /** Hands over the files of all snapshots; one that several have may come several times. */
    void forEach(Consumer<String> files) {
        forEachOf(table.snapshots(), files);
    }

    private void forEachOf(Iterable<Snapshot> snapshots, Consumer<String> files) {
        Set<String> read = new HashSet<>();
        for (Snapshot snapshot : snapshots) {
            files.accept(snapshot.manifestListLocation());
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (read.add(manifest.path())) {
                    files.accept(manifest.path());
                    forEachOf(manifest, files);
                }
            }
        }
    }

    private void forEachOf(ManifestFile manifest, Consumer<String> files) {
        try (ManifestReader<? extends ContentFile<?>> reader = open(manifest)) {
            for (ContentFile<?> file : reader.select(List.of("file_path"))) {
                files.accept(file.location());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing a manifest", e);
        }
    }

    private ManifestReader<? extends ContentFile<?>> open(ManifestFile manifest) {
        return manifest.content() == ManifestContent.DELETES
                ? ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())
                : ManifestFiles.read(manifest, table.io(), table.specs());
    }
}
