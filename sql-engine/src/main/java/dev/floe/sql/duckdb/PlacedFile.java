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
    private volatile @Nullable Stamp verifiedAt;

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

    /** Holds nothing for verified any more where the file was written to since; data files never are. */
    void forgetIfWritten() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        Stamp now = new Stamp(attributes.lastModifiedTime(), attributes.size());
        if (!now.equals(verifiedAt)) {
            // nothing is verified as of the new stamp before what was of the old one is forgotten
            verified.clear();
            verifiedAt = now;
        }
    }

    /** What errors call a file. */
    static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
