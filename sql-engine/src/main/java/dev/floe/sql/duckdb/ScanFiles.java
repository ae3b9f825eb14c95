package dev.floe.sql.duckdb;

import dev.floe.sql.duckdb.ScanInput.ScannedFile;
import dev.floe.sql.engine.FileCounts;
import dev.floe.storage.run.StoredColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;

/**
 * The data files that DuckDB may open: links to local ones, copies of others; safe for use by several threads.
 *
 * <p>They are in two folders, and nothing else is in these.
 */
final class ScanFiles implements AutoCloseable {
    private final List<Path> folders;
    private final LinkedFiles linked;
    private final FetchedFiles fetched;
    private final FileVerifier verifier = new FileVerifier();

    private ScanFiles(Path links, Path copies, long bytesMax) {
        this.folders = List.of(links, copies);
        this.linked = new LinkedFiles(links);
        this.fetched = new FetchedFiles(copies, bytesMax);
    }

    /** {@code bytesMax} is for the copies. */
    static ScanFiles open(Path folder, long bytesMax) throws IOException {
        return new ScanFiles(emptied(folder.resolve("files")), emptied(folder.resolve("fetched")), bytesMax);
    }

    /** Makes a folder where it is missing, and deletes what is in it. */
    static Path emptied(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return Files.createDirectories(folder).toRealPath();
    }

    List<Path> folders() {
        return folders;
    }

    /**
     * The files of a scan, in their order, to be given back by {@link #release}. {@code check} throws when the query is
     * over. Throws DATA_UNREADABLE, and for files that aren't local QUERY_MEMORY_EXCEEDED and STORAGE_UNAVAILABLE.
     */
    List<PlacedFile> acquire(ScanInput input, Runnable check) {
        List<String> near = near(input);
        List<ScannedFile> far = far(input);
        Map<String, PlacedFile> placed = new HashMap<>();
        linked.acquire(near).forEach(file -> placed.put(file.location(), file));
        if (!far.isEmpty()) {
            try {
                fetched.acquire(Objects.requireNonNull(input.io(), "a scan of files has their FileIO"), far, check)
                        .forEach(file -> placed.put(file.location(), file));
            } catch (RuntimeException e) {
                linked.release(near);
                throw e;
            }
        }
        return input.files().stream()
                .map(file -> Objects.requireNonNull(placed.get(file.location())))
                .toList();
    }

    /** Verifies columns of a file that was acquired, and returns all that it has. Throws DATA_UNREADABLE. */
    List<StoredColumn> verify(PlacedFile file, Schema schema, List<Integer> fieldIds) {
        return verifier.verify(file, schema, fieldIds);
    }

    void release(ScanInput input) {
        linked.release(near(input));
        fetched.release(far(input).stream().map(ScannedFile::location).toList());
    }

    /** Lets go of local files that were deleted, so that their space becomes free. */
    void forgetDeleted() {
        linked.forgetDeleted();
    }

    FileCounts counts() {
        return fetched.counts();
    }

    @Override
    public void close() {
        fetched.close();
    }

    private static List<String> near(ScanInput input) {
        return input.files().stream()
                .map(ScannedFile::location)
                .filter(LinkedFiles::isLocal)
                .toList();
    }

    private static List<ScannedFile> far(ScanInput input) {
        return input.files().stream()
                .filter(file -> !LinkedFiles.isLocal(file.location()))
                .toList();
    }
}
