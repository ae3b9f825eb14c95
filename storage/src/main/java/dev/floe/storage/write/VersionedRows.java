package dev.floe.storage.write;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.Vector;
import dev.floe.storage.index.KeyHasher;
import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.run.KeyColumns;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out of batches the rows that lose to the live row of their key: those of a smaller version.
 *
 * <p>Of two rows of one version the later in the log wins. A delete without a version wins over every row. Nothing is
 * remembered of a key without a live row, so that what a bucket holds depends on its log alone, not on when its writer
 * was opened: a row that comes after the delete of its key is a new row, whatever its version.
 */
final class VersionedRows {
    private final TableLayout layout;
    private final KeyHasher hasher;
    private final KeyVersions versions = new KeyVersions();

    VersionedRows(TableLayout layout) {
        this.layout = layout;
        this.hasher = new KeyHasher(layout.keyFieldIds());
    }

    long memoryBytes() {
        return versions.memoryBytes();
    }

    /** Takes over the versions of a file's live rows. */
    void load(Table table, DataFile file, BitSet dead) {
        List<Types.NestedField> fields = new ArrayList<>();
        layout.keyFieldIds().forEach(id -> fields.add(table.schema().findField(id)));
        fields.add(table.schema().findField(layout.versionFieldId()));
        int keys = layout.keyFieldIds().size();
        KeyColumns columns = new KeyColumns(fields);
        columns.read(table.io().newInputFile(file), (first, rows, vectors) -> {
            KeyHashes hashes =
                    hasher.hash(vectors.subList(0, keys), columns.types().subList(0, keys), rows);
            Vector version = vectors.get(keys);
            for (int row = 0; row < rows; row++) {
                if (!dead.get(Math.toIntExact(first + row))) {
                    versions.put(hashes.high(row), hashes.low(row), version(version, row));
                }
            }
        });
    }

    /** The batch without the rows that lose. */
    ColumnBatch winners(Schema schema, ColumnBatch batch) {
        List<Type> types = new ArrayList<>();
        layout.keyFieldIds().forEach(id -> types.add(schema.findType(id)));
        KeyHashes hashes = hasher.hash(batch, types);
        Vector version = batch.column(layout.versionFieldId());
        int[] winners = new int[batch.rowCount()];
        int count = 0;
        for (int row = 0; row < winners.length; row++) {
            boolean delete = batch.operations()[row] == RowOperation.DELETE;
            boolean wins = delete
                    ? versions.remove(hashes.high(row), hashes.low(row), versionOfDelete(version, row))
                    : versions.put(hashes.high(row), hashes.low(row), version(version, row));
            winners[count] = row;
            count += wins ? 1 : 0;
        }
        return count == winners.length ? batch : batch.rows(winners, count);
    }

    private static long versionOfDelete(@Nullable Vector version, int row) {
        return version == null || version.isNull(row) ? Long.MAX_VALUE : version(version, row);
    }

    private static long version(@Nullable Vector version, int row) {
        if (version instanceof LongVector longs && !longs.isNull(row)) {
            return longs.value(row);
        }
        if (version instanceof IntVector ints && !ints.isNull(row)) {
            return ints.value(row);
        }
        throw new FloeException(ErrorCode.LOG_ENTRY_CORRUPT, "the row has no version").inRow(row);
    }
}
