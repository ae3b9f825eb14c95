package dev.floe.storage.maintain;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.sidecar.SidecarName;
import dev.floe.storage.write.BucketFileName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Removes files of a table's folder that nothing names: what a crash, a failed commit or a removal cut short left.
 *
 * <p>Invariants. A file goes only where all of this holds:
 * <ul>
 *   <li>It was last written before {@link #limit}: longer ago than the age asked for, and before the moment for which
 *       the committer has said that all changes handed over by then are committed or void. It said so a moment ago:
 *       where it is silent, its changes may be older than any age.
 *   <li>No snapshot in the metadata names it, none of the metadata files that are kept is it, and it is no sidecar of
 *       a data file that is there. The metadata is loaded after the folder was listed: what a commit names in between
 *       is named there.
 *   <li>Its name is one that Floe, or Iceberg for it, gives. Others' files are never touched.
 * </ul>
 * What a writer has made and not handed over, such as the first files of a long merge, is kept by its age alone.
 * Nothing goes at all where locations in the metadata and in the listing can't be compared. Memory is bounded: so many
 * files are looked at, at once.
 */
final class OrphanFiles {
    /** Files that are compared with the metadata at once; about 30 MB. */
    private static final int FILES_AT_ONCE_MAX = 100_000;
    /** How far clocks of machines may be apart. */
    private static final Duration CLOCKS_APART_MAX = Duration.ofHours(1);
    /** How long ago the committer may have said what is settled. */
    private static final Duration SILENCE_MAX = Duration.ofHours(1);

    private static final String VECTORS_SUFFIX = "-deletes.puffin";

    private final Table table;
    private final String folder;
    private final int filesAtOnceMax;

    OrphanFiles(Table table) {
        this(table, FILES_AT_ONCE_MAX);
    }

    OrphanFiles(Table table, int filesAtOnceMax) {
        this.table = table;
        this.folder = table.location().replaceFirst("/+$", "") + "/";
        this.filesAtOnceMax = filesAtOnceMax;
    }

    /**
     * Files last written before this may go, where nothing names them; empty where none may.
     *
     * @param settledThrough changes handed to the committer before are committed or void; empty where it did not say
     */
    static Optional<Instant> limit(MaintenanceSettings settings, Instant now, Optional<Instant> settledThrough) {
        Instant byAge = now.minus(settings.orphanAge());
        return settledThrough
                .filter(settled -> !settled.isBefore(now.minus(SILENCE_MAX)))
                .map(settled -> settled.minus(CLOCKS_APART_MAX))
                .map(byCommits -> byAge.isBefore(byCommits) ? byAge : byCommits);
    }

    MaintenanceFigures run(Instant limit, boolean dry) {
        requireComparable();
        FileRemover files = new FileRemover(table.io(), dry);
        Set<String> candidates = new HashSet<>();
        for (FileInfo file : listing().listPrefix(folder)) {
            if (file.createdAtMillis() < limit.toEpochMilli() && isOurs(file.location())) {
                candidates.add(file.location());
            }
            if (candidates.size() >= filesAtOnceMax) {
                removeUnnamed(candidates, files);
                candidates.clear();
            }
        }
        removeUnnamed(candidates, files);
        return MaintenanceFigures.ofOrphans(files);
    }

    private void removeUnnamed(Set<String> candidates, FileRemover files) {
        if (candidates.isEmpty()) {
            return;
        }
        table.refresh();
        Set<String> unnamed = new HashSet<>(candidates);
        new ReachableFiles(table).forEach(file -> {
            requireInFolder(file);
            unnamed.remove(file);
            unnamed.remove(SidecarName.of(file));
        });
        unnamed.removeAll(ReachableFileUtil.metadataFileLocations(table, false));
        // a sidecar goes with its data file, which may still be too young
        unnamed.removeIf(file -> SidecarName.dataFile(file)
                .map(data -> table.io().newInputFile(data).exists())
                .orElse(false));
        unnamed.forEach(files);
    }

    /** The table's newest metadata file has to be in the listing, under the very name that the catalog has. */
    private void requireComparable() {
        if (!(table instanceof HasTableOperations loaded)) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "the table has no metadata files");
        }
        table.refresh();
        String newest = loaded.operations().current().metadataFileLocation();
        requireInFolder(newest);
        for (FileInfo file : listing().listPrefix(newest.substring(0, newest.lastIndexOf('/') + 1))) {
            if (file.location().equals(newest)) {
                return;
            }
        }
        throw incomparable(newest);
    }

    private void requireInFolder(String file) {
        if (!file.startsWith(folder)) {
            throw incomparable(file);
        }
    }

    private FloeException incomparable(String file) {
        return new FloeException(
                        ErrorCode.UNSUPPORTED,
                        "the table names " + file + ", which is not so in a listing of " + folder)
                .advise("nothing was removed as an orphan; remove such files by hand");
    }

    private boolean isOurs(String location) {
        if (!location.startsWith(folder)) {
            return false;
        }
        String name = location.substring(folder.length());
        if (name.startsWith("metadata/")) {
            return name.endsWith(".avro") || name.endsWith(".metadata.json");
        }
        String data = SidecarName.dataFile(location).orElse(location);
        return name.startsWith("data/")
                && BucketFileName.isFloes(data)
                && (data.endsWith(".parquet") || data.endsWith(VECTORS_SUFFIX));
    }

    private SupportsPrefixOperations listing() {
        if (table.io() instanceof SupportsPrefixOperations files) {
            return files;
        }
        throw new FloeException(ErrorCode.UNSUPPORTED, "the table's files can't be listed");
    }
}
