package dev.floe.sql.duckdb;

import com.github.benmanes.caffeine.cache.Interner;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.run.PageChecksums;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.run.StoredColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.InputFile;
import org.jspecify.annotations.Nullable;

/**
 * Data files under names in one folder, the only one that DuckDB may open; safe for use by several threads.
 *
 * <p>Invariants: a name is there as long as a query uses it, so a file that a snapshot's expiry deletes is still read
 * to its end. Names of files that no query uses are kept for the next one, up to a limit, while the files are. A name
 * is a hard link, or a copy where the folder is on another disk. DuckDB verifies no checksums, so {@link #verify} does
 * it for each column of a file, once under its name.
 */
final class LinkedFiles {
    private static final int UNUSED_MAX = 10_000;
    private static final String FILE_SCHEME = "file:";

    private final Path folder;
    private final Map<String, Link> links = new HashMap<>();
    private final Object verifying = new Object();
    /** Most files of a table have the same columns. */
    private final Interner<List<StoredColumn>> columns = Interner.newWeakInterner();

    private final Set<Link> unused = new LinkedHashSet<>();
    private long next;

    private static final class Link {
        private final String location;
        private final Path path;
        private final Set<Integer> verified = ConcurrentHashMap.newKeySet();
        private volatile @Nullable List<StoredColumn> columns;
        private int users;

        Link(String location, Path path) {
            this.location = location;
            this.path = path;
        }

        List<Integer> unverified(List<Integer> fieldIds) {
            return fieldIds.stream().filter(id -> !verified.contains(id)).toList();
        }
    }

    private LinkedFiles(Path folder) {
        this.folder = folder;
    }

    /** Empties the folder, or makes it. */
    static LinkedFiles open(Path folder) throws IOException {
        delete(folder);
        Files.createDirectories(folder);
        return new LinkedFiles(folder.toRealPath());
    }

    Path folder() {
        return folder;
    }

    /** Names for files, in their order, to be given back by {@link #release}. Throws DATA_UNREADABLE. */
    synchronized List<Path> acquire(List<String> locations) {
        int done = 0;
        try {
            for (String location : locations) {
                Link link = links.get(location);
                if (link == null) {
                    link = new Link(location, place(location));
                    links.put(location, link);
                } else if (link.users == 0) {
                    unused.remove(link);
                }
                link.users++;
                done++;
            }
        } catch (IOException e) {
            release(locations.subList(0, done));
            throw new FloeException(
                    ErrorCode.DATA_UNREADABLE, "can't read the data file " + name(locations.get(done)), e);
        }
        return locations.stream().map(location -> acquired(location).path).toList();
    }

    /** Verifies columns of a file that was acquired, and returns all that it has. Throws DATA_UNREADABLE. */
    List<StoredColumn> verify(String location, Schema schema, List<Integer> fieldIds) {
        Link link = acquired(location);
        List<StoredColumn> known = link.columns;
        if (known != null && link.unverified(fieldIds).isEmpty()) {
            return known;
        }
        // one at a time, since a row group of the file is on the heap meanwhile
        synchronized (verifying) {
            List<Integer> left = link.unverified(fieldIds);
            if (link.columns == null || !left.isEmpty()) {
                InputFile file = org.apache.iceberg.Files.localInput(link.path.toFile());
                link.columns =
                        columns.intern(PageChecksums.verify(file, name(location), RunReader.project(schema, left)));
                link.verified.addAll(left);
            }
            return Objects.requireNonNull(link.columns);
        }
    }

    private synchronized Link acquired(String location) {
        Link link = links.get(location);
        if (link == null) {
            throw new IllegalStateException("the file was acquired");
        }
        return link;
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    synchronized void release(List<String> locations) {
        for (String location : locations) {
            Link link = links.get(location);
            if (link != null && --link.users == 0) {
                unused.add(link);
            }
        }
        while (unused.size() > UNUSED_MAX) {
            forget(unused.iterator().next());
        }
    }

    /** Lets go of files that were deleted, so that their space becomes free. */
    synchronized void forgetDeleted() {
        List.copyOf(unused).stream()
                .filter(link -> Files.notExists(original(link.location)))
                .forEach(this::forget);
    }

    private void forget(Link link) {
        unused.remove(link);
        links.remove(link.location);
        try {
            Files.deleteIfExists(link.path);
        } catch (IOException e) {
            // the folder is emptied at the next start
        }
    }

    private static Path original(String location) {
        return Path.of(location.startsWith(FILE_SCHEME) ? location.substring(FILE_SCHEME.length()) : location);
    }

    private Path place(String location) throws IOException {
        Path file = original(location);
        Path name = folder.resolve(next++ + ".parquet");
        try {
            return Files.createLink(name, file);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            return Files.copy(file, name);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }
}
