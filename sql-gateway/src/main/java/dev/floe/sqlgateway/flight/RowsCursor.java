package dev.floe.sqlgateway.flight;

import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sql.engine.TableCut;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows made one after another, as a result. */
final class RowsCursor implements QueryCursor {
    private static final int BATCH_ROWS = 100;

    private final List<ResultColumn> columns;
    private final Iterator<List<@Nullable Object>> rows;

    RowsCursor(List<ResultColumn> columns, Iterator<List<@Nullable Object>> rows) {
        this.columns = columns;
        this.rows = rows;
    }

    @Override
    public List<ResultColumn> columns() {
        return columns;
    }

    @Override
    public List<TableCut> cuts() {
        return List.of();
    }

    @Override
    public @Nullable ColumnBatch next() {
        List<VectorBuilder> builders = columns.stream()
                .map(column -> VectorBuilder.of(column.type(), BATCH_ROWS))
                .toList();
        int count = 0;
        while (count < BATCH_ROWS && rows.hasNext()) {
            List<@Nullable Object> row = rows.next();
            for (int i = 0; i < builders.size(); i++) {
                builders.get(i).append(row.get(i));
            }
            count++;
        }
        if (count == 0) {
            return null;
        }
        List<Integer> ids = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        for (VectorBuilder builder : builders) {
            ids.add(ids.size());
            vectors.add(builder.build());
        }
        return new ColumnBatch(count, ids, vectors, new byte[count]);
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {}
}
