package dev.floe.sqlgateway.flight;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.error.ShownText;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sqlgateway.arrow.ArrowPart;
import dev.floe.sqlgateway.arrow.ArrowStreams;
import dev.floe.sqlgateway.rpc.QueryCalls;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Flight SQL over gRPC.
 *
 * <pre>
 *   GetFlightInfo, GetSchema ─┐                     ┌─ {@link FlightStatements}: queries and prepared ones
 *   DoGet ────────────────────┼─ {@link FlightCommands} ┤
 *   DoAction ─────────────────┤                     └─ {@link FlightMetadata}: tables, keys, facts
 *   DoPut ────────────────────┴─ {@link PutStream}: parameters, changes
 * </pre>
 *
 * <p>Uses Arrow's messages but not its server, which lets a client that opens DoPut hold a thread, and allocates by the
 * lengths that a client states. Planning takes a query's place, too. What a ticket asks for is checked anew when it is
 * redeemed; only DoPut changes rows, so that no ticket does it twice.
 */
public final class FlightSqlEndpoint extends FlightServiceGrpc.FlightServiceImplBase {
    private static final String PREPARE = "CreatePreparedStatement";
    private static final String CLOSE = "ClosePreparedStatement";
    private static final long UNKNOWN = -1;

    private final QueryCalls calls;
    private final ArrowStreams arrow;
    private final FlightStatements statements;
    private final FlightMetadata metadata;
    private final ParameterMemory parameters;

    public FlightSqlEndpoint(QueryEngine engine, Tables tables, QueryCalls calls, ArrowStreams arrow, String version) {
        FlightLimits limits = FlightLimits.DEFAULT;
        this.calls = calls;
        this.arrow = arrow;
        this.statements = new FlightStatements(engine, arrow, new PreparedStatements(limits, System::nanoTime));
        this.metadata = new FlightMetadata(tables, new ServerFacts(version, engine.words()));
        this.parameters = new ParameterMemory(limits.parameterBytesMax(), limits.tenantParameterBytesMax());
    }

    /** The service for clients that begin with {@code Basic}; to be put behind an interceptor that authenticates. */
    public static BindableService behindBasic(FlightSqlEndpoint endpoint) {
        return () -> ServerInterceptors.intercept(endpoint, new BasicToBearer());
    }

    /** Who gets here has shown a key; {@link BasicToBearer} answers it. */
    @Override
    public StreamObserver<Flight.HandshakeRequest> handshake(StreamObserver<Flight.HandshakeResponse> observer) {
        calls.reader();
        return new Handshake(observer);
    }

    private record Handshake(StreamObserver<Flight.HandshakeResponse> observer)
            implements StreamObserver<Flight.HandshakeRequest> {
        @Override
        public void onNext(Flight.HandshakeRequest request) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
            observer.onNext(Flight.HandshakeResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    @Override
    public void getFlightInfo(Flight.FlightDescriptor descriptor, StreamObserver<Flight.FlightInfo> observer) {
        Principal principal = calls.reader();
        Message command = command(descriptor);
        if (FlightMetadata.answers(command)) {
            observer.onNext(info(descriptor, FlightMetadata.schema(command), descriptor.getCmd()));
            observer.onCompleted();
            return;
        }
        calls.answer((ServerCallStreamObserver<Flight.FlightInfo>) observer, principal.tenant(), () -> {
            FlightStatements.Described described = statements.describe(principal, command);
            return List.of(info(descriptor, described.schema(), described.ticket()));
        });
    }

    @Override
    public void getSchema(Flight.FlightDescriptor descriptor, StreamObserver<Flight.SchemaResult> observer) {
        Principal principal = calls.reader();
        Message command = command(descriptor);
        if (FlightMetadata.answers(command)) {
            observer.onNext(schemaResult(FlightMetadata.schema(command)));
            observer.onCompleted();
            return;
        }
        calls.answer(
                (ServerCallStreamObserver<Flight.SchemaResult>) observer,
                principal.tenant(),
                () -> List.of(
                        schemaResult(statements.describe(principal, command).schema())));
    }

    private static Flight.SchemaResult schemaResult(Schema schema) {
        return Flight.SchemaResult.newBuilder()
                .setSchema(ArrowPart.framed(schema))
                .build();
    }

    /** One stream, at the server that was asked. */
    private static Flight.FlightInfo info(Flight.FlightDescriptor descriptor, Schema schema, ByteString ticket) {
        return Flight.FlightInfo.newBuilder()
                .setSchema(ArrowPart.framed(schema))
                .setFlightDescriptor(descriptor)
                .addEndpoint(Flight.FlightEndpoint.newBuilder()
                        .setTicket(Flight.Ticket.newBuilder().setTicket(ticket)))
                .setTotalRecords(UNKNOWN)
                .setTotalBytes(UNKNOWN)
                .build();
    }

    static Message command(Flight.FlightDescriptor descriptor) {
        if (descriptor.getType() != Flight.FlightDescriptor.DescriptorType.CMD) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the descriptor is no command")
                    .at("flight_descriptor.type")
                    .advise("send a command of Flight SQL; there are no flights by path");
        }
        return FlightCommands.command(descriptor.getCmd());
    }

    @Override
    public void doGet(Flight.Ticket ticket, StreamObserver<Flight.FlightData> observer) {
        Principal principal = calls.reader();
        Message command = FlightCommands.command(ticket.getTicket());
        calls.query(
                        (ServerCallStreamObserver<Flight.FlightData>) observer,
                        principal.tenant(),
                        QueryCalls.Wishes.NONE,
                        limits -> FlightMetadata.answers(command)
                                ? metadata.listing(principal, command).open(arrow)
                                : statements.open(principal, command, limits))
                .beginWithHandlers();
    }

    @Override
    public StreamObserver<Flight.FlightData> doPut(StreamObserver<Flight.PutResult> observer) {
        Principal principal = calls.reader();
        PutStream put = new PutStream(
                calls,
                statements,
                principal,
                (ServerCallStreamObserver<Flight.PutResult>) observer,
                parameters.share(principal.tenant()));
        put.start();
        return put;
    }

    @Override
    public void doAction(Flight.Action action, StreamObserver<Flight.Result> observer) {
        Principal principal = calls.reader();
        switch (action.getType()) {
            case PREPARE -> {
                FlightSql.ActionCreatePreparedStatementRequest request = FlightCommands.body(
                        action.getBody(), FlightSql.ActionCreatePreparedStatementRequest.getDefaultInstance());
                FlightStatements.requireNoTransaction(request.hasTransactionId() ? request.getTransactionId() : null);
                calls.answer(
                        (ServerCallStreamObserver<Flight.Result>) observer,
                        principal.tenant(),
                        () -> List.of(result(statements.prepare(principal, request.getQuery()))));
            }
            case CLOSE -> {
                FlightSql.ActionClosePreparedStatementRequest request = FlightCommands.body(
                        action.getBody(), FlightSql.ActionClosePreparedStatementRequest.getDefaultInstance());
                statements.close(principal, request.getPreparedStatementHandle());
                observer.onCompleted();
            }
            case "BeginTransaction", "EndTransaction", "BeginSavepoint", "EndSavepoint" ->
                throw Unimplemented.transactions();
            case "CancelFlightInfo", "CancelQuery" ->
                throw Unimplemented.of("cancellation by an action", "cancel the call that reads the flight");
            default ->
                throw Unimplemented.of(
                        "action " + ShownText.of(action.getType()), "it has " + PREPARE + " and " + CLOSE);
        }
    }

    private static Flight.Result result(Message body) {
        return Flight.Result.newBuilder().setBody(FlightCommands.packed(body)).build();
    }

    @Override
    public void listActions(Flight.Empty request, StreamObserver<Flight.ActionType> observer) {
        calls.reader();
        observer.onNext(Flight.ActionType.newBuilder()
                .setType(PREPARE)
                .setDescription("Prepares a statement")
                .build());
        observer.onNext(Flight.ActionType.newBuilder()
                .setType(CLOSE)
                .setDescription("Forgets a prepared statement")
                .build());
        observer.onCompleted();
    }

    @Override
    public void listFlights(Flight.Criteria criteria, StreamObserver<Flight.FlightInfo> observer) {
        throw Unimplemented.of("list of flights", "send a command of Flight SQL to GetFlightInfo");
    }

    @Override
    public void pollFlightInfo(Flight.FlightDescriptor descriptor, StreamObserver<Flight.PollInfo> observer) {
        throw Unimplemented.of("polling", "ask GetFlightInfo, which answers once the statement is planned");
    }

    @Override
    public StreamObserver<Flight.FlightData> doExchange(StreamObserver<Flight.FlightData> observer) {
        throw Unimplemented.of("DoExchange", "use DoGet and DoPut");
    }
}
