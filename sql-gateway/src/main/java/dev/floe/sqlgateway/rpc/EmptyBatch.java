package dev.floe.sqlgateway.rpc;

import dev.floe.sql.engine.ResultColumn;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.List;
import java.util.stream.IntStream;

/** A result's batch without rows. */
final class EmptyBatch {
    private EmptyBatch() {}

    static ColumnBatch of(List<ResultColumn> columns) {
        List<Integer> ids = IntStream.range(0, columns.size()).boxed().toList();
        List<Vector> vectors = columns.stream()
                .map(column -> VectorBuilder.nulls(column.type(), 0))
                .toList();
        return new ColumnBatch(0, ids, vectors, new byte[0]);
    }
}
