package dev.floe.sql.duckdb;

import dev.floe.sql.scan.DeadRows;
import dev.floe.sql.scan.FilePlan;
import dev.floe.sql.scan.LiveFile;
import dev.floe.sql.tail.TableTail;
import dev.floe.storage.column.ColumnBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * What one scan of a query reads: files of a table with the rows of them that are dead, and rows in memory.
 *
 * @param io of the files; null where there are none
 * @param memory the rows in memory, from the first one each time; null where there are none
 */
public record ScanInput(
        Schema schema,
        List<Integer> fieldIds,
        @Nullable FileIO io,
        List<ScannedFile> files,
        @Nullable Supplier<RowStream.Rows> memory) {
    /** A data file and its bytes; {@code dead} is null where all of its rows live. */
    record ScannedFile(
            String location,
            long bytes,
            long rows,
            @Nullable DeadRows dead) {}

    public ScanInput {
        fieldIds = List.copyOf(fieldIds);
        files = List.copyOf(files);
    }

    /**
     * The live rows of files and of the tail. Columns are those of {@code schema} with the ids, none of them nested.
     * Throws DATA_UNREADABLE.
     */
    public static ScanInput of(FilePlan plan, Schema schema, List<Integer> fieldIds) {
        List<ScannedFile> files = new ArrayList<>();
        for (LiveFile file : plan.files()) {
            DeadRows dead = plan.view().dead(file);
            files.add(new ScannedFile(
                    file.location(),
                    file.file().fileSizeInBytes(),
                    file.file().recordCount(),
                    dead == null || dead.isEmpty() ? null : dead));
        }
        TableTail tail = plan.view().tail();
        return new ScanInput(
                schema,
                fieldIds,
                plan.view().table().io(),
                files,
                tail.isEmpty() ? null : () -> tail.rows(schema, List.copyOf(fieldIds))::next);
    }

    /** Rows that are at hand, with the columns of the ids in their order; null for none. */
    public static ScanInput of(@Nullable ColumnBatch rows, Schema schema, List<Integer> fieldIds) {
        return new ScanInput(
                schema, fieldIds, null, List.of(), rows == null || rows.rowCount() == 0 ? null : () -> once(rows));
    }

    private static RowStream.Rows once(ColumnBatch rows) {
        Iterator<ColumnBatch> left = List.of(rows).iterator();
        return rowsMax -> left.hasNext() ? left.next() : null;
    }
}
