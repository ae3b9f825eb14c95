package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** The deletion vectors that live in a snapshot. */
final class LiveVectors {
    private LiveVectors() {}

    /** The vectors of some data files; throws TABLE_CHANGED where a data file has deletes of another kind. */
    static List<DeleteFile> of(Table table, @Nullable Snapshot snapshot, Set<String> dataFiles) {
        List<DeleteFile> found = new ArrayList<>();
        if (snapshot == null || dataFiles.isEmpty()) {
            return found;
        }
        for (ManifestFile manifest : snapshot.deleteManifests(table.io())) {
            if (manifest.hasAddedFiles() || manifest.hasExistingFiles()) {
                collect(table, manifest, dataFiles, found);
            }
        }
        return found;
    }

    private static void collect(Table table, ManifestFile manifest, Set<String> dataFiles, List<DeleteFile> found) {
        try (ManifestReader<DeleteFile> reader =
                ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            for (DeleteFile file : reader) {
                if (file.format() != FileFormat.PUFFIN) {
                    throw new FloeException(
                                    ErrorCode.TABLE_CHANGED,
                                    "the table has " + file.content() + " files, which Floe never writes")
                            .advise("roll the table back to a snapshot of Floe's");
                }
                if (dataFiles.contains(file.referencedDataFile())) {
                    found.add(file.copy());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing a delete manifest", e);
        }
    }
}
