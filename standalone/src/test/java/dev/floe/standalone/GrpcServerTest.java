package dev.floe.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.name.TenantName;
import dev.floe.wire.v1.GetRequest;
import dev.floe.wire.v1.GetResponse;
import dev.floe.wire.v1.QueryServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gRPC server that every process serves with, whatever its services. */
class GrpcServerTest {
    private static final int MESSAGE_BYTES_MAX = 1_000;

    private final GrpcServer server = GatewayServer.grpc(
            new GrpcSettings("127.0.0.1", 0, MESSAGE_BYTES_MAX, 10, 10, Duration.ofSeconds(1)),
            List.of(new EmptyAnswers()),
            key -> new Principal(TenantName.DEFAULT, "k", Set.of(Role.READER)));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersWhatIsAMessage() {
        assertThat(get(GetRequest.newBuilder().setTable("t").build().toByteArray()))
                .isEqualTo(GetResponse.getDefaultInstance());
    }

    @Test
    void brokenBytesAreTheCallersFault() {
        // field 1 is text, of 127 bytes that do not come
        StatusRuntimeException refused = refused(new byte[] {0x0a, 0x7f});
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Objects.requireNonNull(refused.getTrailers()).get(RpcErrors.TRAILER))
                .extracting(error -> error.getName())
                .isEqualTo("INVALID_ARGUMENT");
    }

    @Test
    void refusesMessagesBeyondTheLimit() {
        assertThat(refused(new byte[MESSAGE_BYTES_MAX + 1]).getStatus().getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    private StatusRuntimeException refused(byte[] request) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> get(request));
    }

    private GetResponse get(byte[] request) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        try {
            MethodDescriptor<byte[], GetResponse> raw = QueryServiceGrpc.getGetMethod().toBuilder(
                            new Bytes(), QueryServiceGrpc.getGetMethod().getResponseMarshaller())
                    .build();
            return ClientCalls.blockingUnaryCall(channel, raw, CallOptions.DEFAULT, request);
        } finally {
            channel.shutdownNow();
        }
    }

    private static final class EmptyAnswers extends QueryServiceGrpc.QueryServiceImplBase {
        @Override
        public void get(GetRequest request, StreamObserver<GetResponse> observer) {
            observer.onNext(GetResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("clients read no requests");
        }
    }
}
