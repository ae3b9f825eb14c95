package dev.floe.sqlgateway.rpc;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.arrow.ArrowStreams;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.wire.ColumnarBatchWriter;
import dev.floe.wire.v1.ArrowBatch;
import dev.floe.wire.v1.QueryHeader;
import dev.floe.wire.v1.QueryResponse;
import dev.floe.wire.v1.QueryTrailer;
import dev.floe.wire.v1.ResultFormat;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import java.util.List;
import java.util.Optional;

/** How rows of one result are put into responses. */
interface ResponseFormat extends QueryAnswer<QueryResponse> {
    @Override
    default Optional<QueryResponse> first(QueryCursor cursor) {
        QueryHeader.Builder header = QueryHeader.newBuilder().addAllColumns(ResultColumns.fields(cursor.columns()));
        cursor.cuts().forEach(cut -> header.addSnapshots(ResultColumns.snapshot(cut)));
        return Optional.of(QueryResponse.newBuilder().setHeader(header).build());
    }

    @Override
    default Optional<QueryResponse> last(End end) {
        QueryTrailer.Builder trailer = QueryTrailer.newBuilder()
                .setRowCount(end.rowCount())
                .setElapsedMicros(end.elapsedMicros())
                .setFromCache(end.isFromCache());
        return Optional.of(QueryResponse.newBuilder().setTrailer(trailer).build());
    }

    static ResponseFormat of(ResultFormat format, List<ResultColumn> columns, ArrowStreams arrow) {
        return switch (format) {
            case RESULT_FORMAT_UNSPECIFIED, ROWS ->
                batch -> QueryResponse.newBuilder()
                        .setRows(rowBatch(batch, columns))
                        .build();
            case COLUMNAR -> ResponseFormat::columnar;
            case ARROW -> new Arrow(columns, arrow);
            case UNRECOGNIZED ->
                throw new FloeException(ErrorCode.UNSUPPORTED, "the result format is not known to this server")
                        .at("format")
                        .advise("ask for ROWS, COLUMNAR or ARROW");
        };
    }

    private static RowBatch rowBatch(ColumnBatch batch, List<ResultColumn> columns) {
        RowBatch.Builder out = RowBatch.newBuilder();
        for (int row = 0; row < batch.rowCount(); row++) {
            out.addRows(row(batch, columns, row));
        }
        return out.build();
    }

    /** One row, its values in the order of the columns. */
    static Row row(ColumnBatch batch, List<ResultColumn> columns, int row) {
        Row.Builder out = Row.newBuilder();
        for (int i = 0; i < columns.size(); i++) {
            out.addValues(WireValues.write(
                    ResultColumns.vector(batch, i), columns.get(i).type(), row));
        }
        return out.build();
    }

    private static QueryResponse columnar(ColumnBatch batch) {
        List<Integer> ids = batch.fieldIds().stream().map(ResultColumns::wireId).toList();
        ColumnBatch renamed = new ColumnBatch(batch.rowCount(), ids, batch.columns(), batch.operations());
        return QueryResponse.newBuilder()
                .setColumnar(ColumnarBatchWriter.write(renamed).toBuilder().clearOperations())
                .build();
    }

    /** Arrow IPC streams, one a batch. */
    record Arrow(List<ResultColumn> columns, ArrowStreams streams) implements ResponseFormat {
        @Override
        public QueryResponse rows(ColumnBatch batch) {
            return QueryResponse.newBuilder()
                    .setArrow(ArrowBatch.newBuilder().setIpcStream(streams.write(batch, columns)))
                    .build();
        }

        @Override
        public boolean showsEmptyResult() {
            return true;
        }
    }
}
