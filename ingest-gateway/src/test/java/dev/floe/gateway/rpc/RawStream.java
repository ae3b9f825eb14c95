package dev.floe.gateway.rpc;

import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.IngestServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An append stream whose requests are whatever bytes the test likes. */
final class RawStream implements AutoCloseable {
    private final ManagedChannel channel;
    private final ClientCall<byte[], AppendResponse> call;
    private final List<AppendResponse> answers = new CopyOnWriteArrayList<>();
    private volatile @Nullable Status end;

    RawStream(String target) {
        channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
        call = channel.newCall(
                IngestServiceGrpc.getAppendMethod().toBuilder(
                                RawRequests.marshaller(),
                                IngestServiceGrpc.getAppendMethod().getResponseMarshaller())
                        .build(),
                CallOptions.DEFAULT);
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer writer");
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(AppendResponse message) {
                        answers.add(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end = status;
                    }
                },
                headers);
        call.request(Integer.MAX_VALUE);
    }

    void send(byte[] request) {
        call.sendMessage(request);
    }

    void halfClose() {
        call.halfClose();
    }

    void cancel() {
        call.cancel("the test's client goes away", null);
    }

    List<AppendResponse> answers() {
        return answers;
    }

    boolean isOver() {
        return end != null;
    }

    /** Why the stream ended, or null where it ended well. */
    @Nullable
    Status failure() {
        Status status = end;
        return status == null || status.isOk() ? null : status;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
