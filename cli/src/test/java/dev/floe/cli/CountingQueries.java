package dev.floe.cli;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.DataType;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.Primitive;
import dev.floe.wire.v1.QueryHeader;
import dev.floe.wire.v1.QueryRequest;
import dev.floe.wire.v1.QueryResponse;
import dev.floe.wire.v1.QueryServiceGrpc;
import dev.floe.wire.v1.QueryTrailer;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import dev.floe.wire.v1.Value;
import io.grpc.stub.StreamObserver;

/** Queries that are a number: as many rows come back, each with its own number and a text. */
final class CountingQueries extends QueryServiceGrpc.QueryServiceImplBase {
    @Override
    public void query(QueryRequest request, StreamObserver<QueryResponse> responses) {
        if (!request.getSql().matches("\\d+")) {
            responses.onError(RpcErrors.toStatus(
                    new FloeException(ErrorCode.INVALID_SQL, "'" + request.getSql() + "' is no statement")));
            return;
        }
        responses.onNext(QueryResponse.newBuilder()
                .setHeader(QueryHeader.newBuilder()
                        .addColumns(column("n", Primitive.LONG))
                        .addColumns(column("text", Primitive.STRING)))
                .build());
        int count = Integer.parseInt(request.getSql());
        RowBatch.Builder rows = RowBatch.newBuilder();
        for (int i = 1; i <= count; i++) {
            rows.addRows(Row.newBuilder()
                    .addValues(Value.newBuilder().setInteger(i))
                    .addValues(Value.newBuilder().setText("row " + i)));
        }
        responses.onNext(QueryResponse.newBuilder().setRows(rows).build());
        responses.onNext(QueryResponse.newBuilder()
                .setTrailer(QueryTrailer.newBuilder().setRowCount(count))
                .build());
        responses.onCompleted();
    }

    private static Field column(String name, Primitive type) {
        return Field.newBuilder()
                .setName(name)
                .setType(DataType.newBuilder().setPrimitive(type))
                .build();
    }
}
