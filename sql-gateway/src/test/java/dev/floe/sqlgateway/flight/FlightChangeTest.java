package dev.floe.sqlgateway.flight;

import static dev.floe.sqlgateway.flight.FlightTestClient.message;
import static dev.floe.sqlgateway.flight.FlightTestClient.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.floe.sqlgateway.TestServer;
import dev.floe.sqlgateway.admission.QueueSettings;
import dev.floe.sqlgateway.arrow.ArrowPart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Prepared statements, their parameters, and statements that change rows. */
class FlightChangeTest {
    private TestServer server = new TestServer(TestServer.SETTINGS);
    private FlightTestClient client = new FlightTestClient(server, "editor");

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void bindsAParameterOfEachType() throws Exception {
        try (PreparedStatement echo = client.sql().prepare("echo", client.key())) {
            VectorSchemaRoot values =
                    ParameterVectors.everyType(VectorSchemaRoot.create(echo.getParameterSchema(), client.memory()));
            echo.setParameters(values);
            FlightTestClient.Result result = client.read(echo.execute(client.key()));
            assertThat(result.rows()).containsExactly(ParameterVectors.EVERY_TYPE);
            assertThat(result.streamed()).isEqualTo(result.announced()).isEqualTo(echo.getResultSetSchema());
            echo.close(client.key());
        }
    }

    @Test
    void parametersThatAreMissingAreToldOf() throws Exception {
        PreparedStatement echo = client.sql().prepare("echo", client.key());
        FlightInfo info = echo.execute(client.key());
        assertThat(message(() -> client.read(info))).contains("INVALID_PARAMETER", "14 parameters, 0");
        echo.close(client.key());
    }

    @Test
    void aTicketOfAnOlderBindingIsRefused() throws Exception {
        PreparedStatement echo = client.sql().prepare("echo", client.key());
        FlightInfo unbound = echo.execute(client.key());
        echo.setParameters(
                ParameterVectors.everyType(VectorSchemaRoot.create(echo.getParameterSchema(), client.memory())));
        FlightInfo bound = echo.execute(client.key());
        assertThat(client.read(bound).rows()).hasSize(1);
        assertThat(message(() -> client.read(unbound))).contains("other parameters");
        echo.close(client.key());
        assertThat(refusal(() -> client.read(bound))).isEqualTo(FlightStatusCode.NOT_FOUND);
    }

    @Test
    void runsAChangeOnceForEachRowOfParameters() {
        PreparedStatement store = client.sql().prepare("store", client.key());
        assertThat(store.getResultSetSchema().getFields()).isEmpty();
        store.setParameters(numbers(3, 4, 5));
        assertThat(store.executeUpdate(client.key())).isEqualTo(12);
        assertThat(server.engine().stored()).containsExactly(3L, 4L, 5L);
        store.setParameters(numbers(1, -1, 2));
        assertThat(message(() -> store.executeUpdate(client.key()))).contains("row 2 of parameters", "1 before it");
        assertThat(server.engine().stored()).containsExactly(3L, 4L, 5L, 1L);
        store.close(client.key());
        assertThat(server.gateway().openQueries()).isZero();
    }

    /** All of them together are more than a tenant may have bound at once. */
    @Test
    void parametersAreLetGoWhateverBecomesOfTheUpdate() throws Exception {
        ByteString handle = prepared("numbers 1").getPreparedStatementHandle();
        Flight.FlightDescriptor noChange = descriptor(FlightSql.CommandPreparedStatementUpdate.newBuilder()
                .setPreparedStatementHandle(handle)
                .build());
        try (VectorSchemaRoot values = numbers(new long[ParameterReader.ROWS_MAX])) {
            Flight.FlightData schema = first(noChange).toBuilder()
                    .setDataHeader(ArrowPart.of(values.getSchema()).metadata())
                    .build();
            ArrowPart part = ArrowPart.of(values);
            Flight.FlightData batch = Flight.FlightData.newBuilder()
                    .setDataHeader(part.metadata())
                    .setDataBody(part.body())
                    .build();
            for (int i = 0; i < 20; i++) {
                assertThat(put("editor", List.of(schema, batch)).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            }
        }
    }

    private VectorSchemaRoot numbers(long... values) {
        BigIntVector vector = new BigIntVector("n", client.memory());
        for (int i = 0; i < values.length; i++) {
            vector.setSafe(i, values[i]);
        }
        vector.setValueCount(values.length);
        return VectorSchemaRoot.of(vector);
    }

    @Test
    void noTicketChangesAnything() {
        assertThat(message(() -> client.sql().execute("store", client.key()))).contains("update");
        FlightSql.TicketStatementQuery ticket = FlightSql.TicketStatementQuery.newBuilder()
                .setStatementHandle(ByteString.copyFromUtf8("hang"))
                .build();
        assertThat(refusal(() -> redeem(client, new Ticket(Any.pack(ticket).toByteArray()))))
                .isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        PreparedStatement hang = client.sql().prepare("hang", client.key());
        assertThat(refusal(() -> hang.execute(client.key()))).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(refusal(() -> client.sql().executeUpdate("numbers 1", client.key())))
                .isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
        assertThat(server.engine().batchesGiven()).isZero();
    }

    private static void redeem(FlightTestClient by, Ticket ticket) throws Exception {
        try (FlightStream stream = by.sql().getStream(ticket, by.key())) {
            stream.next();
        }
    }

    @Test
    void anothersHandleIsAsIfItWereNot() throws Exception {
        PreparedStatement mine = client.sql().prepare("numbers 3", client.key());
        FlightInfo info = mine.execute(client.key());
        Ticket ticket = info.getEndpoints().get(0).getTicket();
        Flight.FlightDescriptor query = Flight.FlightDescriptor.newBuilder()
                .setType(Flight.FlightDescriptor.DescriptorType.CMD)
                .setCmd(ByteString.copyFrom(info.getDescriptor().getCommand()))
                .build();
        ByteString handle = Any.parseFrom(query.getCmd())
                .unpack(FlightSql.CommandPreparedStatementQuery.class)
                .getPreparedStatementHandle();
        FlightSql.CommandPreparedStatementUpdate update = FlightSql.CommandPreparedStatementUpdate.newBuilder()
                .setPreparedStatementHandle(handle)
                .build();
        for (String key : List.of("other", "reader")) {
            try (FlightTestClient thief = new FlightTestClient(server, key)) {
                assertThat(List.of(
                                refusal(() -> thief.flight().getInfo(info.getDescriptor(), thief.key())),
                                refusal(() -> thief.flight().getSchema(info.getDescriptor(), thief.key())),
                                refusal(() -> redeem(thief, ticket))))
                        .containsOnly(FlightStatusCode.NOT_FOUND);
                assertThat(put(key, List.of(first(query))).getCode()).isEqualTo(Status.Code.NOT_FOUND);
                assertThat(put(key, List.of(first(descriptor(update)))).getCode())
                        .isEqualTo(Status.Code.NOT_FOUND);
                thief.flight()
                        .doAction(
                                new Action(
                                        "ClosePreparedStatement",
                                        Any.pack(FlightSql.ActionClosePreparedStatementRequest.newBuilder()
                                                        .setPreparedStatementHandle(handle)
                                                        .build())
                                                .toByteArray()),
                                thief.key())
                        .forEachRemaining(result -> {});
            }
        }
        assertThat(client.read(info).rows()).hasSize(3);
    }

    private static Flight.FlightDescriptor descriptor(Message command) {
        return Flight.FlightDescriptor.newBuilder()
                .setType(Flight.FlightDescriptor.DescriptorType.CMD)
                .setCmd(Any.pack(command).toByteString())
                .build();
    }

    private static Flight.FlightData first(Flight.FlightDescriptor descriptor) {
        return Flight.FlightData.newBuilder().setFlightDescriptor(descriptor).build();
    }

    /** Sends messages as they are, and says how the call ended. */
    private Status put(String key, List<Flight.FlightData> messages) {
        PutCall call = new PutCall();
        StreamObserver<Flight.FlightData> stream = FlightServiceGrpc.newStub(server.channel())
                .withInterceptors(TestServer.authorization(key))
                .doPut(call);
        messages.forEach(stream::onNext);
        stream.onCompleted();
        return call.end.join();
    }

    private static final class PutCall implements StreamObserver<Flight.PutResult> {
        private final CompletableFuture<Status> end = new CompletableFuture<Status>().orTimeout(20, TimeUnit.SECONDS);

        @Override
        public void onNext(Flight.PutResult result) {}

        @Override
        public void onError(Throwable failure) {
            end.complete(((StatusRuntimeException) failure).getStatus());
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    @Test
    void damagedParametersAreTheClientsFault() throws Exception {
        ByteString handle = prepared("store").getPreparedStatementHandle();
        Flight.FlightDescriptor update = descriptor(FlightSql.CommandPreparedStatementUpdate.newBuilder()
                .setPreparedStatementHandle(handle)
                .build());
        Flight.FlightData schema;
        Flight.FlightData batch;
        try (VectorSchemaRoot values = numbers(1)) {
            schema = first(update).toBuilder()
                    .setDataHeader(ArrowPart.of(values.getSchema()).metadata())
                    .build();
            // its body is missing
            batch = Flight.FlightData.newBuilder()
                    .setDataHeader(ArrowPart.of(values).metadata())
                    .build();
        }
        Flight.FlightData garbage = Flight.FlightData.newBuilder()
                .setDataHeader(ByteString.copyFromUtf8("garbage of many bytes"))
                .build();
        assertThat(List.of(
                        put("editor", List.of(schema, batch)).getCode(),
                        put("editor", List.of(first(update), batch)).getCode(),
                        put("editor", List.of(schema, garbage)).getCode(),
                        put("editor", List.of(schema, schema)).getCode(),
                        put("editor", List.of(batch)).getCode(),
                        put("editor", List.of()).getCode()))
                .containsOnly(Status.Code.INVALID_ARGUMENT);
        assertThat(server.engine().stored()).isEmpty();
    }

    private FlightSql.ActionCreatePreparedStatementResult prepared(String sql) throws Exception {
        Flight.Action action = Flight.Action.newBuilder()
                .setType("CreatePreparedStatement")
                .setBody(Any.pack(FlightSql.ActionCreatePreparedStatementRequest.newBuilder()
                                .setQuery(sql)
                                .build())
                        .toByteString())
                .build();
        Flight.Result result = FlightServiceGrpc.newBlockingStub(server.channel())
                .withInterceptors(TestServer.authorization("editor"))
                .doAction(action)
                .next();
        return Any.parseFrom(result.getBody()).unpack(FlightSql.ActionCreatePreparedStatementResult.class);
    }

    @Test
    void cancellingAnUpdateCancelsTheStatement() {
        PutCall call = new PutCall();
        ClientCallStreamObserver<Flight.FlightData> stream =
                (ClientCallStreamObserver<Flight.FlightData>) FlightServiceGrpc.newStub(server.channel())
                        .withInterceptors(TestServer.authorization("editor"))
                        .doPut(call);
        stream.onNext(first(descriptor(
                FlightSql.CommandStatementUpdate.newBuilder().setQuery("hang").build())));
        stream.onCompleted();
        await().until(() -> server.engine().batchesGiven() == 1);
        stream.cancel("enough", null);
        await().until(() -> server.engine().openCursors() == 0);
        await().until(() -> server.gateway().openQueries() == 0);
        assertThat(call.end.join().getCode()).isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void aClientThatSendsNothingIsLetGo() {
        try (TestServer quick = new TestServer(TestServer.settings(Duration.ofMillis(200), QueueSettings.NONE))) {
            PutCall call = new PutCall();
            StreamObserver<Flight.FlightData> stream = FlightServiceGrpc.newStub(quick.channel())
                    .withInterceptors(TestServer.authorization("editor"))
                    .doPut(call);
            assertThat(stream).isNotNull();
            assertThat(call.end.join().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
    }
}
