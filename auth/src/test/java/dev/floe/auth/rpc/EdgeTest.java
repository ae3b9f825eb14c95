package dev.floe.auth.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.auth.Authenticator;
import dev.floe.auth.FakeKeys;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.IngestServiceGrpc;
import dev.floe.wire.v1.WriteRequest;
import dev.floe.wire.v1.WriteResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gRPC edge as a whole, over a real connection. */
class EdgeTest {
    private static final int CONNECTIONS_MAX = 2;

    private final FakeKeys keys = new FakeKeys();
    private final AtomicLong nanos = new AtomicLong();
    private final EchoService service = new EchoService();
    private final ConnectionLimit limit = new ConnectionLimit(CONNECTIONS_MAX);
    private final LinkedBlockingQueue<ManagedChannel> channels = new LinkedBlockingQueue<>();
    private Server server;

    @BeforeEach
    void start() throws Exception {
        keys.add("floe_a", "acme", Role.WRITER);
        // no cache here: KeyAuthenticatorTest has that
        Authenticator authenticator =
                key -> key.flatMap(keys::authenticate).orElseThrow(Authenticator::unauthenticated);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(CheckedRequests.of(service))
                .addService(new HealthStatusManager().getHealthService())
                .addTransportFilter(limit)
                .intercept(new AuthenticationInterceptor(authenticator, nanos::get))
                .intercept(limit)
                .intercept(new ErrorInterceptor())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        channels.forEach(ManagedChannel::shutdownNow);
        server.shutdownNow().awaitTermination();
    }

    @Test
    void givesTheHandlerThePrincipal() {
        WriteResponse response = stub("floe_a").write(write("principal"));

        assertThat(response.getAck().getRowsStored()).isEqualTo("acme".length());
    }

    @Test
    void refusesACallWithoutAKey() {
        assertError(
                catchStatus(() -> stub(null).write(write("x"))),
                Status.Code.UNAUTHENTICATED,
                ErrorCode.UNAUTHENTICATED);
        assertThat(service.calls.get()).isZero();
    }

    @Test
    void refusesAWrongKey() {
        assertError(
                catchStatus(() -> stub("floe_b").write(write("x"))),
                Status.Code.UNAUTHENTICATED,
                ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void letsHealthChecksInWithoutAKey() {
        var response = HealthGrpc.newBlockingStub(channel()).check(HealthCheckRequest.getDefaultInstance());

        assertThat(response.getStatus()).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void answersAThrowingHandlerWithItsError() {
        assertError(
                catchStatus(() -> stub("floe_a").write(write("throw"))),
                Status.Code.NOT_FOUND,
                ErrorCode.TABLE_NOT_FOUND);
    }

    @Test
    void answersAFailingHandlerWithItsError() {
        assertError(
                catchStatus(() -> stub("floe_a").write(write("fail"))),
                Status.Code.NOT_FOUND,
                ErrorCode.TABLE_NOT_FOUND);
    }

    @Test
    void hidesADefect() {
        StatusRuntimeException status = catchStatus(() -> stub("floe_a").write(write("defect")));

        assertError(status, Status.Code.INTERNAL, ErrorCode.DEFECT);
        assertThat(status.getMessage()).doesNotContain("secret");
    }

    @Test
    void refusesAStringThatIsNotUtf8() {
        // field 1, length 2, of which no byte starts a UTF-8 sequence
        byte[] broken = {0x0a, 0x02, (byte) 0xff, (byte) 0xfe};

        assertError(catchStatus(() -> writeRaw(broken)), Status.Code.INVALID_ARGUMENT, ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void refusesBrokenBytes() {
        byte[] broken = {0x0a, 0x7f};

        assertError(catchStatus(() -> writeRaw(broken)), Status.Code.INVALID_ARGUMENT, ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void cutsAnOpenStreamOffOnceItsKeyIsRevoked() throws Exception {
        LinkedBlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        StreamObserver<AppendRequest> requests = openStream(answers);
        requests.onNext(AppendRequest.getDefaultInstance());
        assertThat(answers.poll(10, TimeUnit.SECONDS)).isInstanceOf(AppendResponse.class);

        keys.remove("floe_a");
        nanos.addAndGet(AuthenticationInterceptor.RECHECKED_EVERY.toNanos());
        requests.onNext(AppendRequest.getDefaultInstance());

        assertError(answers.poll(10, TimeUnit.SECONDS), Status.Code.UNAUTHENTICATED, ErrorCode.UNAUTHENTICATED);
        assertThat(service.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void looksAtAnOpenStreamsKeyNowAndThenOnly() throws Exception {
        LinkedBlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        StreamObserver<AppendRequest> requests = openStream(answers);

        for (int i = 0; i < 10; i++) {
            requests.onNext(AppendRequest.getDefaultInstance());
            assertThat(answers.poll(10, TimeUnit.SECONDS)).isInstanceOf(AppendResponse.class);
        }

        assertThat(keys.asked()).isEqualTo(1);
    }

    @Test
    void answersAThrowWithinAStreamAndTellsTheHandler() throws Exception {
        LinkedBlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        StreamObserver<AppendRequest> requests = openStream(answers);

        requests.onNext(AppendRequest.newBuilder().setTable("throw").build());

        assertError(answers.poll(10, TimeUnit.SECONDS), Status.Code.NOT_FOUND, ErrorCode.TABLE_NOT_FOUND);
        assertThat(service.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void refusesCallsOfConnectionsBeyondTheLimit() {
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
            stub("floe_a").write(write("x"));
        }

        assertError(
                catchStatus(() -> stub("floe_a").write(write("x"))),
                Status.Code.RESOURCE_EXHAUSTED,
                ErrorCode.OVERLOADED);
    }

    private static WriteRequest write(String table) {
        return WriteRequest.newBuilder().setTable(table).build();
    }

    private IngestServiceGrpc.IngestServiceBlockingStub stub(@Nullable String key) {
        var stub = IngestServiceGrpc.newBlockingStub(channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
        return key == null ? stub : stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(key)));
    }

    private StreamObserver<AppendRequest> openStream(LinkedBlockingQueue<Object> answers) {
        return IngestServiceGrpc.newStub(channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer("floe_a")))
                .append(new StreamObserver<>() {
                    @Override
                    public void onNext(AppendResponse response) {
                        answers.add(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answers.add(failure);
                    }

                    @Override
                    public void onCompleted() {
                        answers.add("completed");
                    }
                });
    }

    private void writeRaw(byte[] request) {
        MethodDescriptor<byte[], WriteResponse> raw = IngestServiceGrpc.getWriteMethod().toBuilder(
                        new BytesMarshaller(),
                        IngestServiceGrpc.getWriteMethod().getResponseMarshaller())
                .build();
        var authenticated = MetadataUtils.newAttachHeadersInterceptor(bearer("floe_a"));
        ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(channel(), authenticated), raw, CallOptions.DEFAULT, request);
    }

    private ManagedChannel channel() {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    private static Metadata bearer(String key) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
        return headers;
    }

    private static StatusRuntimeException catchStatus(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call);
    }

    private static void assertError(@Nullable Object failure, Status.Code status, ErrorCode code) {
        assertThat(failure).isInstanceOfSatisfying(StatusRuntimeException.class, error -> {
            assertThat(error.getStatus().getCode()).isEqualTo(status);
            Error trailer = Objects.requireNonNull(error.getTrailers()).get(RpcErrors.TRAILER);
            assertThat(trailer).isNotNull().extracting(Error::getName).isEqualTo(code.name());
        });
    }

    /** Does as the table's name says. */
    private static final class EchoService extends IngestServiceGrpc.IngestServiceImplBase {
        private final AtomicLong calls = new AtomicLong();
        private final CountDownLatch cancelled = new CountDownLatch(1);

        @Override
        public void write(WriteRequest request, StreamObserver<WriteResponse> responses) {
            calls.incrementAndGet();
            FloeException notFound = new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no such table");
            switch (request.getTable()) {
                case "throw" -> throw notFound;
                case "fail" -> responses.onError(notFound);
                case "defect" -> throw new IllegalStateException("secret");
                default -> {
                    WriteResponse.Builder response = WriteResponse.newBuilder();
                    response.getAckBuilder()
                            .setRowsStored(
                                    CurrentPrincipal.get().tenant().value().length());
                    responses.onNext(response.build());
                    responses.onCompleted();
                }
            }
        }

        @Override
        public StreamObserver<AppendRequest> append(StreamObserver<AppendResponse> responses) {
            ((ServerCallStreamObserver<AppendResponse>) responses).setOnCancelHandler(cancelled::countDown);
            return new StreamObserver<>() {
                @Override
                public void onNext(AppendRequest request) {
                    if (request.getTable().equals("throw")) {
                        throw new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no such table");
                    }
                    responses.onNext(AppendResponse.getDefaultInstance());
                }

                @Override
                public void onError(Throwable failure) {
                    cancelled.countDown();
                }

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            };
        }
    }

    private static final class BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException();
        }
    }
}
