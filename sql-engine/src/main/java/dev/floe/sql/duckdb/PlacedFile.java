package dev.floe.sql.duckdb;

import dev.floe.storage.run.StoredColumn;
import java.nio.file.Path;
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

    /** What errors call a file. */
    static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
