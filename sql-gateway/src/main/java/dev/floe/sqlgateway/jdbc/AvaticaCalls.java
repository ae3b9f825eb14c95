package dev.floe.sqlgateway.jdbc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sqlgateway.rpc.QueryStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.proto.Responses;
import org.apache.calcite.avatica.remote.ProtobufTranslation;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.Service.ErrorResponse;
import org.apache.calcite.avatica.remote.Service.Request;
import org.apache.calcite.avatica.remote.Service.Response;

/**
 * Requests of Avatica's protocol, from bytes to bytes; every failure becomes an error response.
 *
 * <p>Stands where Avatica has its ProtobufHandler, which sends stack traces to clients.
 */
final class AvaticaCalls {
    private static final String EXECUTE = Requests.ExecuteRequest.class.getName();

    private final ProtobufTranslation translation = new ProtobufTranslationImpl();
    private final JdbcConnections connections;
    private final JdbcMetadata metadata;
    private final JdbcStatements statements;
    private final JdbcBatches batches;

    AvaticaCalls(JdbcConnections connections, JdbcMetadata metadata, JdbcStatements statements, JdbcBatches batches) {
        this.connections = connections;
        this.metadata = metadata;
        this.statements = statements;
        this.batches = batches;
    }

    /** An answer, and whether it tells a failure. */
    record Answer(ByteString body, boolean failed) {}

    /** {@code options} came with the URL, and hold for a connection that is opened. */
    Answer answer(Principal principal, Map<String, String> options, byte[] body) {
        try {
            Request request = parse(body);
            if (request instanceof Service.CommitRequest || request instanceof Service.RollbackRequest) {
                return new Answer(nothingToCommit(request), false);
            }
            Response response = request instanceof Service.OpenConnectionRequest open
                    ? connections.open(principal, open, options)
                    : apply(principal, request);
            return new Answer(serialize(response), false);
        } catch (RuntimeException e) {
            return failure(e);
        } catch (Error e) {
            return failure(QueryStream.ofError(e));
        }
    }

    Answer failure(Throwable why) {
        ErrorResponse error = JdbcErrors.response(why);
        return new Answer(serialize(error), true);
    }

    private ByteString serialize(Response response) {
        try {
            return UnsafeByteOperations.unsafeWrap(translation.serializeResponse(response));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    private Request parse(byte[] body) {
        try {
            return translation.parseRequest(withoutSignature(body));
        } catch (IOException | RuntimeException e) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT, "the body is no request of Avatica's protocol in protobuf", e)
                    .advise("connect with serialization=protobuf and a driver of Avatica 1.8 or later");
        }
    }

    /** Drops what clients send back of a statement: its parsing loads any class that the client names. */
    private static byte[] withoutSignature(byte[] body) throws InvalidProtocolBufferException {
        Common.WireMessage message = Common.WireMessage.parseFrom(body);
        if (!message.getName().equals(EXECUTE)) {
            return body;
        }
        Requests.ExecuteRequest.Builder request =
                Requests.ExecuteRequest.parseFrom(message.getWrappedMessage()).toBuilder();
        request.getStatementHandleBuilder().clearSignature();
        return message.toBuilder()
                .setWrappedMessage(request.build().toByteString())
                .build()
                .toByteArray();
    }

    /** Every statement stands for itself, so nothing is there to commit; Avatica hides the responses' constructors. */
    private static ByteString nothingToCommit(Request request) {
        String name = request instanceof Service.CommitRequest
                ? Responses.CommitResponse.class.getName()
                : Responses.RollbackResponse.class.getName();
        return Common.WireMessage.newBuilder().setName(name).build().toByteString();
    }

    private Response apply(Principal principal, Request request) {
        if (request instanceof Service.FetchRequest fetch) {
            return statements.fetch(principal, fetch);
        }
        if (request instanceof Service.ExecuteRequest execute) {
            return statements.execute(principal, execute);
        }
        if (request instanceof Service.PrepareAndExecuteRequest execute) {
            return statements.prepareAndExecute(principal, execute);
        }
        if (request instanceof Service.PrepareRequest prepare) {
            return statements.prepare(principal, prepare);
        }
        if (request instanceof Service.ExecuteBatchRequest batch) {
            return batches.execute(principal, batch);
        }
        if (request instanceof Service.PrepareAndExecuteBatchRequest batch) {
            return batches.prepareAndExecute(principal, batch);
        }
        if (request instanceof Service.CreateStatementRequest create) {
            return statements.create(principal, create);
        }
        if (request instanceof Service.CloseStatementRequest close) {
            return statements.close(principal, close);
        }
        if (request instanceof Service.CloseConnectionRequest close) {
            return connections.close(principal, close);
        }
        if (request instanceof Service.ConnectionSyncRequest sync) {
            return connections.sync(principal, sync);
        }
        if (request instanceof Service.DatabasePropertyRequest properties) {
            return connections.properties(principal, properties);
        }
        return describe(principal, request);
    }

    private Response describe(Principal principal, Request request) {
        if (request instanceof Service.TablesRequest tables) {
            return metadata.tables(principal, tables);
        }
        if (request instanceof Service.ColumnsRequest columns) {
            return metadata.columns(principal, columns);
        }
        if (request instanceof Service.SchemasRequest schemas) {
            return metadata.schemas(principal, schemas);
        }
        if (request instanceof Service.CatalogsRequest catalogs) {
            return metadata.catalogs(principal, catalogs);
        }
        if (request instanceof Service.TableTypesRequest types) {
            return metadata.tableTypes(principal, types);
        }
        if (request instanceof Service.TypeInfoRequest types) {
            return metadata.typeInfo(principal, types);
        }
        if (request instanceof Service.SyncResultsRequest) {
            // answering "no" would end the caller's result as if it were complete
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the result is no longer there")
                    .advise("run the statement again");
        }
        throw new FloeException(
                        ErrorCode.UNSUPPORTED,
                        "the server does not answer " + request.getClass().getSimpleName())
                .advise("use another driver's version, or another way to ask");
    }
}
