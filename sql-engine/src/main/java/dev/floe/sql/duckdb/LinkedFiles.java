package dev.floe.sql.duckdb;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Local data files under names in one folder, which DuckDB may open; safe for use by several threads.
 *
 * <p>Invariants: a name is there as long as a query uses it, so a file that a snapshot's expiry deletes is still read
 * to its end. Names of files that no query uses are kept for the next one, up to a limit, while the files are. A name
 * is a hard link, or a copy where the folder is on another disk.
 */
final class LinkedFiles {
    private static final int UNUSED_MAX = 10_000;
    private static final String FILE_SCHEME = "file:";

    private final Path folder;
    private final Map<String, Link> links = new HashMap<>();
    private final Set<Link> unused = new LinkedHashSet<>();
    private long next;

    private static final class Link {
        private final PlacedFile file;
        private int users;

        Link(PlacedFile file) {
            this.file = file;
        }
    }

    /** {@code folder} is empty, and nobody else's. */
    LinkedFiles(Path folder) {
        this.folder = folder;
    }

    /** True where a location is a path on this machine. */
    static boolean isLocal(String location) {
        return location.startsWith("/") || location.startsWith(FILE_SCHEME);
    }

    /** Names for files, in their order, to be given back by {@link #release}. Throws DATA_UNREADABLE. */
    synchronized List<PlacedFile> acquire(List<String> locations) {
        List<PlacedFile> placed = new ArrayList<>();
        try {
            for (String location : locations) {
                Link link = links.get(location);
                if (link == null) {
                    link = new Link(new PlacedFile(location, place(location)));
                    links.put(location, link);
                } else if (link.users == 0) {
                    unused.remove(link);
                }
                link.users++;
                placed.add(link.file);
            }
        } catch (IOException e) {
            release(locations.subList(0, placed.size()));
            throw new FloeException(
                    ErrorCode.DATA_UNREADABLE,
                    "can't read the data file " + PlacedFile.name(locations.get(placed.size())),
                    e);
        }
        return placed;
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
                .filter(link -> Files.notExists(original(link.file.location())))
                .forEach(this::forget);
    }

    private void forget(Link link) {
        unused.remove(link);
        links.remove(link.file.location());
        try {
            Files.deleteIfExists(link.file.path());
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
}
