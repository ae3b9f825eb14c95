package dev.floe.sqlgateway.flight;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.floe.auth.rpc.RpcErrors;
import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sqlgateway.rpc.QueryCall;
import dev.floe.sqlgateway.rpc.QueryCalls;
import dev.floe.sqlgateway.rpc.QueryStream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.jspecify.annotations.Nullable;

/**
 * One DoPut: parameters for a prepared statement, or a statement that changes rows.
 *
 * <p>What comes is read as it comes, on gRPC's threads, and kept within {@link ParameterMemory}; what it is for happens
 * once the client has sent all, or at once where the statement has no parameters to come. Holds no thread and no place
 * before that, and ends by itself when the client dawdles.
 */
final class PutStream implements StreamObserver<Flight.FlightData> {
    private final QueryCalls calls;
    private final FlightStatements statements;
    private final Principal principal;
    private final ServerCallStreamObserver<Flight.PutResult> call;
    private final ParameterMemory.Share memory;
    private final ParameterReader reader;
    private @Nullable Future<?> timer;
    private @Nullable Message command;
    private @Nullable QueryCall<Flight.PutResult> running;
    private boolean over;

    PutStream(
            QueryCalls calls,
            FlightStatements statements,
            Principal principal,
            ServerCallStreamObserver<Flight.PutResult> call,
            ParameterMemory.Share memory) {
        this.calls = calls;
        this.statements = statements;
        this.principal = principal;
        this.call = call;
        this.memory = memory;
        this.reader = new ParameterReader(memory);
    }

    /** Takes the call's handlers, before the call's method returns. */
    synchronized void start() {
        call.setOnReadyHandler(this::ready);
        call.setOnCancelHandler(this::cancelled);
        timer = calls.afterTimeMax(this::late);
    }

    @Override
    public synchronized void onNext(Flight.FlightData data) {
        if (over) {
            return;
        }
        try {
            if (command == null) {
                command = taken(data);
            }
            // Arrow's client waits for the answer before it says that it has sent all
            if (command instanceof FlightSql.CommandStatementUpdate) {
                change(command);
            } else {
                reader.add(data);
            }
        } catch (RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fail(QueryStream.ofError(e));
        }
    }

    private Message taken(Flight.FlightData first) {
        Message asked = FlightSqlEndpoint.command(first.getFlightDescriptor());
        if (asked instanceof FlightSql.CommandStatementUpdate statement) {
            FlightStatements.requireNoTransaction(statement.hasTransactionId() ? statement.getTransactionId() : null);
            return asked;
        }
        if (asked instanceof FlightSql.CommandPreparedStatementQuery statement) {
            statements.requireKnown(principal, statement.getPreparedStatementHandle());
            return asked;
        }
        if (asked instanceof FlightSql.CommandPreparedStatementUpdate statement) {
            statements.requireKnown(principal, statement.getPreparedStatementHandle());
            return asked;
        }
        throw FlightStatements.noQuery(asked);
    }

    @Override
    public synchronized void onCompleted() {
        Message asked = command;
        if (over) {
            return;
        }
        try {
            if (asked == null) {
                throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the stream has no message")
                        .advise("send a descriptor with a command first");
            }
            if (asked instanceof FlightSql.CommandPreparedStatementQuery statement) {
                bind(statement.getPreparedStatementHandle());
            } else {
                change(asked);
            }
        } catch (RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fail(QueryStream.ofError(e));
        }
    }

    private void bind(ByteString handle) {
        statements.bind(principal, handle, reader.rows());
        over = true;
        stopTimer();
        FlightSql.DoPutPreparedStatementResult result = FlightSql.DoPutPreparedStatementResult.newBuilder()
                .setPreparedStatementHandle(handle)
                .build();
        call.onNext(Flight.PutResult.newBuilder()
                .setAppMetadata(result.toByteString())
                .build());
        call.onCompleted();
    }

    private void change(Message asked) {
        List<List<@Nullable Object>> rows = reader.rows().rows();
        over = true;
        stopTimer();
        QueryCall<Flight.PutResult> started =
                calls.query(call, principal.tenant(), QueryCalls.Wishes.NONE, new QueryCalls.Opening<>() {
                    @Override
                    public QueryStream.Opened<Flight.PutResult> open(QueryLimits limits) {
                        return statements.change(principal, asked, rows, limits);
                    }

                    @Override
                    public void ended() {
                        memory.close();
                    }
                });
        running = started;
        started.begin();
    }

    @Override
    public void onError(Throwable failure) {
        cancelled();
    }

    private synchronized void ready() {
        QueryCall<Flight.PutResult> started = running;
        if (started != null) {
            started.ready();
        }
    }

    private synchronized void cancelled() {
        QueryCall<Flight.PutResult> started = running;
        if (started != null) {
            started.cancelled();
        } else if (!over) {
            release();
        }
    }

    private synchronized void late() {
        if (!over) {
            fail(new FloeException(ErrorCode.QUERY_TIMEOUT, "the client did not send all of it in time")
                    .advise("send faster, or raise sql.query-time-max"));
        }
    }

    private void fail(RuntimeException failure) {
        release();
        call.onError(RpcErrors.toStatus(failure));
    }

    private void release() {
        over = true;
        stopTimer();
        memory.close();
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
