package dev.floe.sqlgateway.flight;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.arrow.ArrowSchemas;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.arrow.ArrowPart;
import dev.floe.sqlgateway.arrow.ArrowStreams;
import dev.floe.sqlgateway.rpc.QueryStream;
import dev.floe.sqlgateway.value.Parameters;
import dev.floe.storage.column.ColumnBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Statements of Flight SQL: described, prepared and run.
 *
 * <p>The ticket of a plain query is its text, so it costs the server nothing and is planned for whoever redeems it.
 * That of a prepared one names the statement and its binding.
 */
final class FlightStatements {
    private final QueryEngine engine;
    private final ArrowStreams arrow;
    private final PreparedStatements prepared;

    FlightStatements(QueryEngine engine, ArrowStreams arrow, PreparedStatements prepared) {
        this.engine = engine;
        this.arrow = arrow;
        this.prepared = prepared;
    }

    /** What a query gives, and the ticket that gets it. */
    record Described(Schema schema, ByteString ticket) {}

    /** Plans the query of a command; throws UNIMPLEMENTED and INVALID_ARGUMENT for what is none. */
    Described describe(Principal principal, Message command) {
        if (command instanceof FlightSql.CommandStatementQuery statement) {
            requireNoTransaction(statement.hasTransactionId() ? statement.getTransactionId() : null);
            PreparedQuery query = query(principal, statement.getQuery());
            FlightSql.TicketStatementQuery ticket = FlightSql.TicketStatementQuery.newBuilder()
                    .setStatementHandle(statement.getQueryBytes())
                    .build();
            return new Described(ArrowSchemas.of(query.columns()), FlightCommands.packed(ticket));
        }
        if (command instanceof FlightSql.CommandPreparedStatementQuery statement) {
            PreparedStatements.Found found = prepared.find(principal, statement.getPreparedStatementHandle());
            requireQuery(found.query());
            FlightSql.CommandPreparedStatementQuery ticket = FlightSql.CommandPreparedStatementQuery.newBuilder()
                    .setPreparedStatementHandle(found.ticket())
                    .build();
            return new Described(ArrowSchemas.of(found.query().columns()), FlightCommands.packed(ticket));
        }
        throw noQuery(command);
    }

    /** Starts what a ticket asks for. */
    QueryStream.Opened<Flight.FlightData> open(Principal principal, Message ticket, QueryLimits limits) {
        if (ticket instanceof FlightSql.TicketStatementQuery statement) {
            PreparedQuery query =
                    query(principal, statement.getStatementHandle().toStringUtf8());
            return opened(principal, query, List.of(), limits);
        }
        if (ticket instanceof FlightSql.CommandPreparedStatementQuery statement) {
            PreparedStatements.Found found = prepared.find(principal, statement.getPreparedStatementHandle());
            requireQuery(found.query());
            return opened(principal, found.query(), oneRow(found), limits);
        }
        throw noQuery(ticket);
    }

    private static List<@Nullable Object> oneRow(PreparedStatements.Found found) {
        List<List<@Nullable Object>> rows = found.bound();
        if (rows.isEmpty() || found.query().parameterTypes().isEmpty()) {
            return List.of();
        }
        if (rows.size() > 1) {
            throw new FloeException(
                            ErrorCode.INVALID_PARAMETER, rows.size() + " rows of parameters are bound to a query")
                    .advise("bind one row for each execution");
        }
        return rows.get(0);
    }

    private QueryStream.Opened<Flight.FlightData> opened(
            Principal principal, PreparedQuery query, List<@Nullable Object> values, QueryLimits limits) {
        Schema schema = ArrowSchemas.of(query.columns());
        ColumnBatch parameters = Parameters.batch(values, query.parameterTypes());
        QueryCursor cursor = engine.execute(principal, query, parameters, new ReadCut.Latest(), limits);
        return new QueryStream.Opened<>(cursor, new FlightAnswer(schema, query.columns(), arrow, Optional.empty()));
    }

    private PreparedQuery query(Principal principal, String sql) {
        PreparedQuery query = engine.prepare(principal, sql);
        requireQuery(query);
        return query;
    }

    private static void requireQuery(PreparedQuery query) {
        if (query.changesRows()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "a statement that changes something is no query")
                    .advise("execute it as an update, which Flight SQL sends by DoPut");
        }
    }

    FlightSql.ActionCreatePreparedStatementResult prepare(Principal principal, String sql) {
        PreparedQuery query = engine.prepare(principal, sql);
        FlightSql.ActionCreatePreparedStatementResult.Builder result =
                FlightSql.ActionCreatePreparedStatementResult.newBuilder();
        // without a schema of results, clients take it for an update
        if (!query.changesRows()) {
            result.setDatasetSchema(ArrowPart.framed(ArrowSchemas.of(query.columns())));
        }
        result.setParameterSchema(ArrowPart.framed(parameterSchema(query)));
        return result.setPreparedStatementHandle(prepared.add(principal, query)).build();
    }

    private static Schema parameterSchema(PreparedQuery query) {
        List<ResultColumn> columns = new ArrayList<>();
        for (Type type : query.parameterTypes()) {
            columns.add(new ResultColumn("parameter_" + (columns.size() + 1), type, true));
        }
        return ArrowSchemas.of(columns);
    }

    void close(Principal principal, ByteString handle) {
        prepared.close(principal, handle);
    }

    /** Throws STATEMENT_NOT_FOUND where the principal has no such statement. */
    void requireKnown(Principal principal, ByteString handle) {
        prepared.find(principal, handle);
    }

    /** Binds parameters, whose memory goes with the statement from here. */
    void bind(Principal principal, ByteString handle, ParameterRows rows) {
        prepared.bind(principal, handle, rows);
    }

    /** Runs a statement that changes rows. */
    QueryStream.Opened<Flight.PutResult> change(
            Principal principal, Message command, List<List<@Nullable Object>> rows, QueryLimits limits) {
        PreparedQuery query = command instanceof FlightSql.CommandPreparedStatementUpdate statement
                ? prepared.find(principal, statement.getPreparedStatementHandle())
                        .query()
                : engine.prepare(principal, ((FlightSql.CommandStatementUpdate) command).getQuery());
        if (!query.changesRows()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "a query changes nothing")
                    .advise("execute it as a query, which Flight SQL sends to GetFlightInfo");
        }
        return new QueryStream.Opened<>(new ChangeRun(engine, principal, query, rows, limits), new ChangeAnswer());
    }

    static void requireNoTransaction(@Nullable ByteString transaction) {
        if (transaction != null && !transaction.isEmpty()) {
            throw Unimplemented.transactions();
        }
    }

    static RuntimeException noQuery(Message command) {
        if (command instanceof FlightSql.CommandStatementSubstraitPlan) {
            return Unimplemented.of("Substrait plans", "send SQL");
        }
        if (command instanceof FlightSql.CommandStatementIngest) {
            return Unimplemented.of("bulk ingestion over Flight SQL", "write with IngestService, or INSERT");
        }
        return new FloeException(
                        ErrorCode.INVALID_ARGUMENT,
                        command.getDescriptorForType().getName() + " is not for this call")
                .advise("see Flight SQL's documentation for the call that takes it");
    }
}
