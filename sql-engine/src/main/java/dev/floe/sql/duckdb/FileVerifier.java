package dev.floe.sql.duckdb;

import com.github.benmanes.caffeine.cache.Interner;
import dev.floe.storage.run.PageChecksums;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.run.StoredColumn;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;

/** Verifies the checksums of each column of a file once, which DuckDB does not; safe for use by several threads. */
final class FileVerifier {
    private final Object verifying = new Object();
    /** Most files of a table have the same columns. */
    private final Interner<List<StoredColumn>> columns = Interner.newWeakInterner();

    /** Verifies columns of a file, and returns all that it has. Throws DATA_UNREADABLE. */
    List<StoredColumn> verify(PlacedFile file, Schema schema, List<Integer> fieldIds) {
        List<StoredColumn> known = file.columns();
        if (known != null && file.unverified(fieldIds).isEmpty()) {
            return known;
        }
        // one at a time, since a row group of the file is on the heap meanwhile
        synchronized (verifying) {
            List<Integer> left = file.unverified(fieldIds);
            if (file.columns() == null || !left.isEmpty()) {
                List<StoredColumn> all = PageChecksums.verify(
                        Files.localInput(file.path().toFile()),
                        PlacedFile.name(file.location()),
                        RunReader.project(schema, left));
                file.verified(left, columns.intern(all));
            }
            return Objects.requireNonNull(file.columns());
        }
    }
}
