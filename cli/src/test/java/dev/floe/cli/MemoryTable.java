package dev.floe.cli;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.Ack;
import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.ErrorKind;
import dev.floe.wire.v1.IngestServiceGrpc;
import dev.floe.wire.v1.Row;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/**
 * Ingest that keeps rows in memory: a row whose first value is negative is refused, one of 13 refuses its batch, one of
 * 666 ends the stream.
 */
final class MemoryTable extends IngestServiceGrpc.IngestServiceImplBase {
    private final List<Row> rows = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();

    synchronized List<Long> ids() {
        return rows.stream().map(row -> row.getValues(0).getInteger()).toList();
    }

    synchronized List<Integer> batches() {
        return List.copyOf(batches);
    }

    @Override
    public StreamObserver<AppendRequest> append(StreamObserver<AppendResponse> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(AppendRequest request) {
                if (has(request, 666)) {
                    responses.onError(
                            RpcErrors.toStatus(new FloeException(ErrorCode.LOG_UNAVAILABLE, "the log is away")));
                    return;
                }
                responses.onNext(take(request));
            }

            @Override
            public void onError(Throwable t) {}

            @Override
            public void onCompleted() {
                responses.onCompleted();
            }
        };
    }

    private synchronized AppendResponse take(AppendRequest request) {
        AppendResponse.Builder response = AppendResponse.newBuilder().setRequestId(request.getRequestId());
        if (request.hasBatch()) {
            batches.add(request.getBatch().getRows().getRowsCount());
        }
        if (has(request, 13)) {
            return response.setError(error(ErrorCode.BATCH_REJECTED, "a row is bad"))
                    .build();
        }
        Ack.Builder ack = response.getAckBuilder();
        List<Row> sent = request.getBatch().getRows().getRowsList();
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i).getValues(0).getInteger() < 0) {
                ack.addRowErrors(error(ErrorCode.VALUE_OUT_OF_RANGE, "it is negative")
                        .setFieldPath("id")
                        .setRow(i));
            } else {
                rows.add(sent.get(i));
            }
        }
        ack.setRowsRefused(ack.getRowErrorsCount()).setRowsStored(sent.size() - ack.getRowErrorsCount());
        return response.build();
    }

    private static Error.Builder error(ErrorCode code, String message) {
        return Error.newBuilder()
                .setCode(code.number())
                .setName(code.name())
                .setKind(ErrorKind.INVALID)
                .setMessage(message);
    }

    private static boolean has(AppendRequest request, long id) {
        return request.getBatch().getRows().getRowsList().stream()
                .anyMatch(row -> row.getValues(0).getInteger() == id);
    }
}
