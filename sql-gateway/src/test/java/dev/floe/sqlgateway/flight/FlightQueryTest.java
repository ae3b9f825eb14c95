package dev.floe.sqlgateway.flight;

import static dev.floe.sqlgateway.flight.FlightTestClient.message;
import static dev.floe.sqlgateway.flight.FlightTestClient.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.floe.sqlgateway.EveryTypeRows;
import dev.floe.sqlgateway.TestServer;
import dev.floe.sqlgateway.admission.QueueSettings;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlightQueryTest {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private TestServer server = new TestServer(TestServer.SETTINGS);
    private FlightTestClient client = new FlightTestClient(server, "reader");

    @BeforeEach
    void rows() {
        server.engine().rows(EveryTypeRows.columns(), EveryTypeRows.rows());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void answersRowsOfEachTypeUnderTheSchemaItAnnounced() throws Exception {
        FlightTestClient.Result result = client.query("rows");
        assertThat(result.streamed()).isEqualTo(result.announced());
        assertThat(client.sql().getExecuteSchema("rows", client.key()).getSchema())
                .isEqualTo(result.announced());
        assertThat(result.rows().get(0))
                .startsWith(true, -7, 1L << 60, 1.5f, Math.PI, new BigDecimal("-12.50"))
                .contains("grüße 🦀", "[0, -1, 2]", "2024-02-29T12:34:56.789012", "[\"a\",null,\"b\"]")
                .endsWith("[{\"key\":\"k\",\"value\":5}]", "{\"zip\":\"10\\\"1\"}");
        assertThat(result.rows().get(1)).containsOnlyNulls();
    }

    @Test
    void answersManyBatchesAndNone() throws Exception {
        List<List<Object>> expected = new ArrayList<>();
        for (long n = 0; n < 2_500; n++) {
            expected.add(List.of(n));
        }
        assertThat(client.query("numbers 2500").rows()).isEqualTo(expected);
        FlightTestClient.Result none = client.query("numbers 0");
        assertThat(none.rows()).isEmpty();
        assertThat(none.streamed()).isEqualTo(none.announced());
        assertThat(server.gateway().openQueries()).isZero();
    }

    @Test
    void aTicketIsRedeemedAsOftenAsTheClientLikes() throws Exception {
        FlightInfo info = client.sql().execute("numbers 3", client.key());
        assertThat(client.read(info).rows()).isEqualTo(client.read(info).rows()).hasSize(3);
    }

    @Test
    void tellsTheErrorOfTheEngine() {
        assertThat(message(() -> client.sql().execute("nonsense", client.key())))
                .contains("INVALID_SQL", "column 1");
        FlightSql.TicketStatementQuery ticket = FlightSql.TicketStatementQuery.newBuilder()
                .setStatementHandle(ByteString.copyFromUtf8("nonsense"))
                .build();
        assertThat(refusal(() -> read(ticket))).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
    }

    private void read(Message ticket) throws Exception {
        read(Any.pack(ticket).toByteArray());
    }

    private void read(byte[] ticket) throws Exception {
        try (FlightStream stream = client.sql().getStream(new Ticket(ticket), client.key())) {
            stream.next();
        }
    }

    @Test
    void refusesWhatIsNoCommand() {
        byte[] garbage = {(byte) 0xFF, 1, 2};
        assertThat(refusal(() -> read(garbage))).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(refusal(() -> client.flight().getInfo(FlightDescriptor.command(garbage), client.key())))
                .isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(refusal(() -> client.flight().getInfo(FlightDescriptor.path("a"), client.key())))
                .isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(message(() -> read(FlightSql.ActionBeginTransactionRequest.getDefaultInstance())))
                .contains("ActionBegin", "no command");
        assertThat(refusal(() -> read(FlightSql.CommandStatementUpdate.getDefaultInstance())))
                .isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
    }

    @Test
    void needsAKeyThatMayRead() {
        for (String key : List.of("wrong", "")) {
            FlightTestClient stranger = new FlightTestClient(server, key);
            assertThat(refusal(() -> stranger.query("numbers 1"))).isEqualTo(FlightStatusCode.UNAUTHENTICATED);
            assertThat(refusal(() -> stranger.flight().handshake(basic(key))))
                    .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
        }
        FlightTestClient writer = new FlightTestClient(server, "writer");
        assertThat(refusal(() -> writer.query("numbers 1"))).isEqualTo(FlightStatusCode.UNAUTHORIZED);
        assertThat(refusal(() -> writer.sql().prepare("numbers 1", writer.key())))
                .isEqualTo(FlightStatusCode.UNAUTHORIZED);
    }

    @Test
    void aClientThatBeginsWithBasicGetsItsBearer() throws Exception {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        Metadata login = new Metadata();
        login.put(AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString("any:reader".getBytes(UTF_8)));
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        FlightServiceGrpc.newStub(server.channel())
                .withInterceptors(
                        MetadataUtils.newAttachHeadersInterceptor(login),
                        MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
                .handshake(new StreamObserver<>() {
                    @Override
                    public void onNext(Flight.HandshakeResponse response) {}

                    @Override
                    public void onError(Throwable failure) {
                        ended.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        ended.complete(true);
                    }
                })
                .onCompleted();
        assertThat(ended.join()).isTrue();
        assertThat(Objects.requireNonNull(headers.get()).get(AUTHORIZATION)).isEqualTo("Bearer reader");
        CredentialCallOption basic = basic("reader");
        FlightInfo info = client.sql().execute("numbers 3", basic);
        try (FlightStream stream =
                client.sql().getStream(info.getEndpoints().get(0).getTicket(), basic)) {
            assertThat(stream.next()).isTrue();
            assertThat(stream.getRoot().getRowCount()).isEqualTo(3);
        }
    }

    private static CredentialCallOption basic(String key) {
        return new CredentialCallOption(new BasicAuthCredentialWriter("any", key));
    }

    @Test
    void readsNoFurtherThanTheClientTakesAndCancelFreesThePlace() throws Exception {
        FlightInfo info = client.sql().execute("endless", client.key());
        FlightStream endless = client.sql().getStream(info.getEndpoints().get(0).getTicket(), client.key());
        assertThat(endless.next()).isTrue();
        assertThat(server.gateway().openQueries()).isEqualTo(1);
        AtomicInteger seen = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(200)).until(() -> {
            int given = server.engine().batchesGiven();
            return seen.getAndSet(given) == given;
        });
        assertThat(server.engine().batchesGiven()).isLessThan(1_000);
        endless.cancel("enough", null);
        await().until(() -> server.engine().openCursors() == 0);
        await().until(() -> server.gateway().openQueries() == 0);
        drain(endless);
    }

    private static void drain(FlightStream stream) {
        // what had arrived is the stream's to free
        try (stream) {
            while (stream.next()) {}
        } catch (Exception e) { // it was cancelled
            assertThat(e).hasMessageContaining("enough");
        }
    }

    @Test
    void endsAStalledQueryWhenItsTimeIsUp() throws Exception {
        try (TestServer quick = new TestServer(TestServer.settings(Duration.ofMillis(200), QueueSettings.NONE));
                FlightTestClient reader = new FlightTestClient(quick, "reader")) {
            FlightInfo info = reader.sql().execute("endless", reader.key());
            FlightStream stream =
                    reader.sql().getStream(info.getEndpoints().get(0).getTicket(), reader.key());
            assertThat(stream.next()).isTrue();
            await().until(() -> quick.engine().openCursors() == 0);
            assertThat(refusal(() -> {
                        try (stream) {
                            while (stream.next()) {}
                        }
                    }))
                    .isEqualTo(FlightStatusCode.TIMED_OUT);
        }
    }

    @Test
    void refusesMoreQueriesThanATenantMayHave() throws Exception {
        FlightInfo info = client.sql().execute("endless", client.key());
        Ticket ticket = info.getEndpoints().get(0).getTicket();
        FlightStream first = client.sql().getStream(ticket, client.key());
        FlightStream second = client.sql().getStream(ticket, client.key());
        assertThat(first.next() && second.next()).isTrue();
        assertThat(refusal(() -> client.query("numbers 1"))).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
        for (FlightStream stream : List.of(first, second)) {
            stream.cancel("enough", null);
            drain(stream);
        }
        await().until(() -> server.gateway().openQueries() == 0);
        assertThat(client.query("numbers 1").rows()).hasSize(1);
    }

    @Test
    void saysWhatItHasNot() {
        FlightSqlClient sql = client.sql();
        FlightSqlClient.Transaction transaction = new FlightSqlClient.Transaction(new byte[] {1});
        FlightSqlClient.SubstraitPlan plan = new FlightSqlClient.SubstraitPlan(new byte[] {1}, "1");
        assertThat(List.of(
                        refusal(() -> sql.beginTransaction(client.key())),
                        refusal(() -> sql.execute("numbers 1", transaction, client.key())),
                        refusal(() -> sql.prepare("numbers 1", transaction, client.key())),
                        refusal(() -> sql.executeUpdate("store", transaction, client.key())),
                        refusal(() -> sql.executeSubstrait(plan, client.key())),
                        refusal(() -> sql.prepare(plan, client.key())),
                        refusal(() -> sql.cancelFlightInfo(
                                new CancelFlightInfoRequest(sql.execute("numbers 1", client.key())), client.key())),
                        refusal(() -> client.flight()
                                .listFlights(Criteria.ALL, client.key())
                                .forEach(info -> {}))))
                .containsOnly(FlightStatusCode.UNIMPLEMENTED);
        assertThat(message(() -> sql.beginTransaction(client.key()))).contains("no transactions");
        client.flight()
                .listActions(client.key())
                .forEach(action ->
                        assertThat(action.getType()).isIn("CreatePreparedStatement", "ClosePreparedStatement"));
    }
}
