package dev.floe.storage.run;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Gather;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.types.Types;

/** Rows of a data file by their positions, whether they are dead or not. */
public final class RowsAt {
    private static final int BATCH_ROWS = 8_192;

    private RowsAt() {}

    /** The rows at positions that rise, in their order; reads the row groups that hold them. Throws DATA_UNREADABLE. */
    public static ColumnBatch read(InputFile file, Schema projection, long[] positions) {
        List<ColumnBatch> batches = new ArrayList<>();
        long[] gathered = new long[positions.length];
        int found = 0;
        try (RunReader reader = RunReader.ofRowGroupsWith(file, projection, positions)) {
            ColumnBatch batch = reader.next(BATCH_ROWS);
            while (batch != null && found < positions.length) {
                long first = reader.position() - batch.rowCount();
                while (found < positions.length && positions[found] < reader.position()) {
                    gathered[found] = Gather.position(batches.size(), Math.toIntExact(positions[found] - first));
                    found++;
                }
                batches.add(batch);
                batch = reader.next(BATCH_ROWS);
            }
        }
        if (found < positions.length) {
            String name = file.location().substring(file.location().lastIndexOf('/') + 1);
            throw new FloeException(
                    ErrorCode.DATA_UNREADABLE, "the data file " + name + " has no row " + positions[found]);
        }
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (Types.NestedField field : projection.columns()) {
            ids.add(field.fieldId());
            columns.add(
                    batches.isEmpty()
                            ? VectorBuilder.nulls(field.type(), 0)
                            : Gather.from(
                                    batches.stream()
                                            .map(batch -> columnOf(batch, field))
                                            .toList(),
                                    gathered,
                                    found));
        }
        return new ColumnBatch(found, ids, columns, new byte[found]);
    }

    private static Vector columnOf(ColumnBatch batch, Types.NestedField field) {
        Vector column = batch.column(field.fieldId());
        return column == null ? VectorBuilder.nulls(field.type(), batch.rowCount()) : column;
    }
}
