package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** The data files that live in a snapshot. */
final class LiveFiles {
    private LiveFiles() {}

    /**
     * Throws COMMIT_CONFLICT where one of the files is not in the snapshot.
     *
     * <p>Iceberg takes the removal of a file that is not there in silence; the rows that were merged out of it would
     * come back.
     */
    static void require(Table table, @Nullable Snapshot snapshot, Set<String> locations) {
        Set<String> missing = new HashSet<>(locations);
        if (snapshot != null && !missing.isEmpty()) {
            for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
                if (!missing.isEmpty() && (manifest.hasAddedFiles() || manifest.hasExistingFiles())) {
                    remove(table, manifest, missing);
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new FloeException(
                            ErrorCode.COMMIT_CONFLICT,
                            missing.size() + " files that were merged are no longer in the table")
                    .advise("reopen the buckets at the table's current snapshot and replay the log");
        }
    }

    private static void remove(Table table, ManifestFile manifest, Set<String> missing) {
        try (ManifestReader<DataFile> reader = ManifestFiles.read(manifest, table.io(), table.specs())) {
            for (DataFile file : reader) {
                missing.remove(file.location());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing a manifest", e);
        }
    }
}
