package dev.floe.sql.duckdb;

import com.github.benmanes.caffeine.cache.Interner;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.run.PageChecksums;
import dev.floe.storage.run.RunReader;
import dev.floe.storage.run.StoredColumn;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;

/**
 * Verifies the checksums of each column of a file, which DuckDB does not: when the column is first read, and again when
 * the file was written to since. Safe for use by several threads.
 */
final class FileVerifier {
    private final Object verifying = new Object();
    /** Most files of a table have the same columns. */
    private final Interner<List<StoredColumn>> columns = Interner.newWeakInterner();

    /** Verifies columns of a file, and returns all that it has. Throws DATA_UNREADABLE. */
    List<StoredColumn> verify(PlacedFile file, Schema schema, List<Integer> fieldIds) {
        try {
            List<StoredColumn> known = file.columns();
            if (known != null && file.isUnwritten() && file.unverified(fieldIds).isEmpty()) {
                return known;
            }
            // one at a time, since a row group of the file is on the heap meanwhile
            synchronized (verifying) {
                // before the file is read: what is written to it meanwhile is seen the next time
                file.forgetIfWritten();
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
        } catch (IOException e) {
            throw new FloeException(
                    ErrorCode.DATA_UNREADABLE, "can't read the data file " + PlacedFile.name(file.location()), e);
        }
    }
}
