package dev.floe.sqlgateway.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.floe.auth.rpc.AuthenticationInterceptor;
import dev.floe.auth.rpc.RpcErrors;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.MemoryTables;
import dev.floe.sqlgateway.TestServer;
import dev.floe.sqlgateway.admission.Admission;
import dev.floe.sqlgateway.admission.QueueSettings;
import dev.floe.sqlgateway.arrow.ArrowStreams;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.GetRequest;
import dev.floe.wire.v1.GetResponse;
import dev.floe.wire.v1.QueryRequest;
import dev.floe.wire.v1.QueryResponse;
import dev.floe.wire.v1.QueryServiceGrpc;
import dev.floe.wire.v1.ReadAt;
import dev.floe.wire.v1.ResultFormat;
import dev.floe.wire.v1.Row;
import dev.floe.wire.v1.RowBatch;
import dev.floe.wire.v1.Value;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueryEndpointTest {
    private final TestServer server = new TestServer(TestServer.SETTINGS);

    @AfterEach
    void close() {
        server.close();
        assertThat(server.engine().openCursors()).isZero();
    }

    @Test
    void streamsHeaderRowsAndTrailer() {
        List<QueryResponse> parts = query(QueryRequest.newBuilder().setSql("numbers 2500"));
        assertThat(parts.get(0).getHeader().getColumns(0).getName()).isEqualTo("n");
        assertThat(parts.get(0).getHeader().getColumns(0).getId()).isEqualTo(1);
        assertThat(parts.get(0).getHeader().getSnapshots(0).getSnapshotId()).isEqualTo(42);
        assertThat(parts.get(0).getHeader().getSnapshots(0).getCommittedAtMicros())
                .isEqualTo(1_767_323_045_678_901L);
        List<Long> numbers = parts.stream()
                .flatMap(part -> part.getRows().getRowsList().stream())
                .map(row -> row.getValues(0).getInteger())
                .toList();
        assertThat(numbers).hasSize(2_500).startsWith(0L).endsWith(2_499L).isSorted();
        assertThat(parts.get(parts.size() - 1).getTrailer().getRowCount()).isEqualTo(2_500);
    }

    @Test
    void saysInTheTrailerWhetherTheRowsWereKept() {
        for (String sql : List.of("kept 3", "numbers 3")) {
            List<QueryResponse> parts = query(QueryRequest.newBuilder().setSql(sql));
            assertThat(parts.get(parts.size() - 1).getTrailer().getFromCache()).isEqualTo(sql.startsWith("kept"));
        }
    }

    @Test
    void givesColumnsByTheHeadersIds() {
        List<QueryResponse> parts =
                query(QueryRequest.newBuilder().setSql("numbers 3").setFormat(ResultFormat.COLUMNAR));
        var column = parts.get(1).getColumnar().getColumns(0);
        assertThat(column.getFieldId()).isEqualTo(1);
        assertThat(parts.get(1).getColumnar().getOperations()).isEqualTo(ByteString.EMPTY);
        assertThat(column.getValues().size()).isEqualTo(3 * Long.BYTES);
    }

    @Test
    void answersParametersOfEachTypeUnchanged() {
        List<Value> sent = parameters();
        List<QueryResponse> parts =
                query(QueryRequest.newBuilder().setSql("echo").addAllParameters(sent));
        assertThat(parts.get(1).getRows().getRows(0).getValuesList()).isEqualTo(sent);
    }

    @Test
    void takesNullForEachParameter() {
        List<Value> nulls =
                parameters().stream().map(value -> Value.getDefaultInstance()).toList();
        List<QueryResponse> parts =
                query(QueryRequest.newBuilder().setSql("echo").addAllParameters(nulls));
        assertThat(parts.get(1).getRows().getRows(0).getValuesList()).isEqualTo(nulls);
    }

    private static List<Value> parameters() {
        return List.of(
                Value.newBuilder().setBoolean(true).build(),
                Value.newBuilder().setInteger(Integer.MIN_VALUE).build(),
                Value.newBuilder().setInteger(Long.MIN_VALUE).build(),
                Value.newBuilder().setFloating(1.5).build(),
                Value.newBuilder().setFloating(-0.1).build(),
                Value.newBuilder().setDecimal("-12.50").build(),
                Value.newBuilder()
                        .setDecimal("12345678901234567890123456789012345.678")
                        .build(),
                Value.newBuilder().setText("grüße 🦀").build(),
                Value.newBuilder()
                        .setBinary(ByteString.copyFrom(new byte[] {0, -1}))
                        .build(),
                Value.newBuilder().setUuid(ByteString.copyFrom(new byte[16])).build(),
                Value.newBuilder().setDate(-1).build(),
                Value.newBuilder().setTime(86_399_999_999L).build(),
                Value.newBuilder().setTimestamp(-1).build(),
                Value.newBuilder().setTimestamptz(1_767_323_045_678_901L).build());
    }

    @Test
    void refusesParametersThatDoNotFit() {
        Value fraction = Value.newBuilder().setFloating(1.5).build();
        List<Value> sent = new ArrayList<>(parameters());
        sent.set(1, fraction);
        Error error = refused(QueryRequest.newBuilder().setSql("echo").addAllParameters(sent));
        assertThat(error.getName()).isEqualTo("INVALID_PARAMETER");
        assertThat(error.getMessage()).contains("parameter 2", "1.5", "int");
        assertThat(refused(QueryRequest.newBuilder().setSql("echo")).getMessage())
                .contains("14 parameters, 0");
    }

    @Test
    void cutsResponsesBelowTheSizeAskedFor() {
        server.engine()
                .rows(
                        List.of(new ResultColumn("t", Types.StringType.get(), true)),
                        List.of(List.of("a".repeat(40_000)), List.of("b".repeat(40_000)), List.of("c".repeat(90_000))));
        List<QueryResponse> parts = query(QueryRequest.newBuilder().setSql("rows"));
        assertThat(parts).hasSize(5);
        assertThat(parts.subList(1, 4)).allMatch(part -> part.getRows().getRowsCount() == 1);
    }

    @Test
    void tellsTheErrorOfTheEngine() {
        Error error = refused(QueryRequest.newBuilder().setSql("nonsense"));
        assertThat(error.getName()).isEqualTo("INVALID_SQL");
        assertThat(error.getMessage()).contains("line 1, column 1");
        assertThat(refused(QueryRequest.newBuilder().setSql(" ")).getFieldPath())
                .isEqualTo("sql");
        assertThat(refused(QueryRequest.newBuilder().setSql("numbers 3").setRowLimit(-1))
                        .getFieldPath())
                .isEqualTo("row_limit");
        assertThat(refused(QueryRequest.newBuilder().setSql("numbers 3").setRowLimit(2))
                        .getName())
                .isEqualTo("ROW_LIMIT_EXCEEDED");
    }

    @Test
    void readsNoFurtherThanTheClientTakes() {
        Context.CancellableContext context = Context.current().withCancellation();
        context.run(() -> {
            Iterator<QueryResponse> endless = server.stub("reader")
                    .query(QueryRequest.newBuilder().setSql("endless").build());
            assertThat(endless.next().hasHeader()).isTrue();
            endless.next();
        });
        AtomicInteger seen = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(200)).until(() -> {
            int given = server.engine().batchesGiven();
            return seen.getAndSet(given) == given;
        });
        assertThat(server.engine().batchesGiven()).isLessThan(1_000);
        context.cancel(null);
        await().until(() -> server.engine().openCursors() == 0);
        assertThat(server.gateway().openQueries()).isZero();
    }

    @Test
    void aQueryThatFindsTheServerStoppedIsToldSoAndKeepsNoPlace() throws IOException {
        Admission places = new Admission("queries", "wait", 1, 1);
        QueryThreads stopped = new QueryThreads(TestServer.SETTINGS);
        stopped.close();
        QueryCalls calls = new QueryCalls(TestServer.SETTINGS, places, stopped);
        QueryEndpoint endpoint = new QueryEndpoint(
                server.engine(), new MemoryTables(), TestServer.SETTINGS, calls, new ArrowStreams(1 << 20), stopped);
        Server own = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(endpoint)
                .intercept(new AuthenticationInterceptor(TestServer.authenticator()))
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", own.getPort())
                .usePlaintext()
                .build();
        try {
            Iterator<QueryResponse> rows = QueryServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(TestServer.authorization("reader"))
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .query(QueryRequest.newBuilder().setSql("numbers 1").build());
            StatusRuntimeException end = catchThrowableOfType(StatusRuntimeException.class, rows::next);
            assertThat(errorOf(end).getName()).isEqualTo("SHUTTING_DOWN");
            assertThat(places.taken()).isZero();
            assertThat(calls.streamCount()).isZero();
        } finally {
            channel.shutdownNow();
            own.shutdownNow();
        }
    }

    @Test
    void endsAStalledQueryWhenItsTimeIsUp() {
        try (TestServer quick = new TestServer(TestServer.settings(Duration.ofMillis(200), QueueSettings.NONE))) {
            Iterator<QueryResponse> endless = quick.stub("reader")
                    .query(QueryRequest.newBuilder().setSql("endless").build());
            assertThat(endless.next().hasHeader()).isTrue();
            await().until(() -> quick.engine().openCursors() == 0);
            StatusRuntimeException end =
                    catchThrowableOfType(StatusRuntimeException.class, () -> endless.forEachRemaining(part -> {}));
            assertThat(errorOf(end).getName()).isEqualTo("QUERY_TIMEOUT");
        }
    }

    @Test
    void closesTheCursorAtTheCallsDeadline() {
        StatusRuntimeException end = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> server.stub("reader")
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .query(QueryRequest.newBuilder().setSql("endless").build())
                        .forEachRemaining(part -> {}));
        assertThat(end.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        await().until(() -> server.engine().openCursors() == 0);
    }

    @Test
    void refusesMoreQueriesThanATenantMayHave() {
        Iterator<QueryResponse> first = endless("reader");
        Iterator<QueryResponse> second = endless("reader");
        Error error = refused(QueryRequest.newBuilder().setSql("numbers 1"));
        assertThat(error.getName()).isEqualTo("OVERLOADED");
        assertThat(error.getAction()).isNotEmpty();
        assertThat(error.getRetryAfterMillis()).isPositive();
        assertThat(endless("other").hasNext()).isTrue();
        assertThat(first.hasNext() && second.hasNext()).isTrue();
    }

    private Iterator<QueryResponse> endless(String key) {
        Iterator<QueryResponse> parts = server.stub(key)
                .query(QueryRequest.newBuilder().setSql("endless").build());
        parts.next();
        return parts;
    }

    @Test
    void needsTheRoleReader() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> server.stub("writer")
                        .query(QueryRequest.newBuilder().setSql("numbers 1").build())
                        .next());
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void looksKeysUpInTheirOrder() {
        GetResponse found = server.stub("reader")
                .get(keys(key("JFK", 1), key("LAX", 1), key("JFK", 1)).build());
        assertThat(found.getRowsList().stream().map(row -> row.getFound())).containsExactly(true, false, true);
        assertThat(found.getRows(0).getRow().getValues(2).getInteger()).isEqualTo(7);
        assertThat(found.getSnapshot().getSnapshotId()).isEqualTo(42);
    }

    @Test
    void takesTheNamesOfKeyColumnsInAnyCase() {
        GetRequest.Builder request = keys(key("JFK", 1));
        request.getKeysBuilder().addColumns("ORIGIN").addColumns("Number");
        assertThat(server.stub("reader").get(request.build()).getRows(0).getFound())
                .isTrue();
        request.getKeysBuilder().clearColumns().addColumns("origin").addColumns("ORIGIN");
        assertThat(refused(request).getName()).isEqualTo("UNKNOWN_COLUMN");
    }

    @Test
    void refusesWhatIsNoKeyOfTheTable() {
        assertThat(refused(keys(Row.newBuilder()
                                .addValues(Value.newBuilder().setText("JFK"))
                                .addValues(Value.newBuilder().setText("one"))
                                .build()))
                        .getFieldPath())
                .isEqualTo("number");
        assertThat(refused(keys(Row.getDefaultInstance())).getName()).isEqualTo("MALFORMED_BATCH");
        assertThat(refused(keys().setTable("events")).getName()).isEqualTo("UNSUPPORTED");
        assertThat(refused(keys().setTable("secrets")).getName()).isEqualTo("TABLE_NOT_FOUND");
        assertThat(refused(keys().setTable("No Such")).getName()).isEqualTo("INVALID_NAME");
        assertThat(refused(keys().setReadAt(ReadAt.newBuilder().setSnapshotId(-1)))
                        .getName())
                .isEqualTo("SNAPSHOT_NOT_FOUND");
        assertThat(refused(keys(Collections.nCopies(1_001, key("JFK", 1)).toArray(new Row[0])))
                        .getName())
                .isEqualTo("TOO_MANY_ROWS");
    }

    private static Row key(String origin, long number) {
        return Row.newBuilder()
                .addValues(Value.newBuilder().setText(origin))
                .addValues(Value.newBuilder().setInteger(number))
                .build();
    }

    private static GetRequest.Builder keys(Row... rows) {
        return GetRequest.newBuilder()
                .setTable("routes")
                .setKeys(RowBatch.newBuilder().addAllRows(List.of(rows)));
    }

    private List<QueryResponse> query(QueryRequest.Builder request) {
        List<QueryResponse> parts = new ArrayList<>();
        server.stub("reader").query(request.build()).forEachRemaining(parts::add);
        return parts;
    }

    private Error refused(QueryRequest.Builder request) {
        return errorOf(catchThrowableOfType(StatusRuntimeException.class, () -> query(request)));
    }

    private Error refused(GetRequest.Builder request) {
        return errorOf(catchThrowableOfType(
                StatusRuntimeException.class, () -> server.stub("reader").get(request.build())));
    }

    private static Error errorOf(StatusRuntimeException failure) {
        return Objects.requireNonNull(
                Objects.requireNonNull(failure.getTrailers()).get(RpcErrors.TRAILER));
    }
}
