package dev.floe.sql.duckdb;

import dev.floe.storage.run.StoredColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A data file under a name that DuckDB may open, and what is verified of it; safe for use by several threads. */
final class PlacedFile {
    private final String location;
    private final Path path;
    private final Set<Integer> verified = ConcurrentHashMap.newKeySet();
    private volatile @Nullable List<StoredColumn> columns;
    private volatile @Nullable Stamp looked;

    /** What changes when somebody writes to a file. */
    private record Stamp(FileTime modified, long bytes) {}

    /** {@code location} is what the table calls it, {@code path} what DuckDB does. */
    PlacedFile(String location, Path path) {
        this.location = location;
        this.path = path;
    }

    String location() {
        return location;
    }

    Path path() {
        return path;
    }

    /** All columns of the file, null until one was verified. */
    @Nullable
    List<StoredColumn> columns() {
        return columns;
    }

    List<Integer> unverified(List<Integer> fieldIds) {
        return fieldIds.stream().filter(id -> !verified.contains(id)).toList();
    }

    void verified(Collection<Integer> fieldIds, List<StoredColumn> all) {
        columns = all;
        verified.addAll(fieldIds);
    }

    /** True where the file is as it was when {@link #forgetIfWritten} last looked; data files are never written to. */
    boolean isUnwritten() throws IOException {
        return stamp().equals(looked);
    }

    /** Holds nothing for verified any more where the file was written to since the last call; for one thread. */
    void forgetIfWritten() throws IOException {
        Stamp now = stamp();
        if (!now.equals(looked)) {
            // forgotten first: who sees the new stamp finds nothing verified of the old one
            verified.clear();
            looked = now;
        }
    }

    private Stamp stamp() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size());
    }

    /** What errors call a file. */
    static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
