package dev.floe.sqlgateway.rpc;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.sql.engine.LookupRequest;
import dev.floe.sql.engine.LookupResult;
import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.QueryLimits;
import dev.floe.sql.engine.ReadCut;
import dev.floe.sqlgateway.SqlSettings;
import dev.floe.sqlgateway.admission.Admission;
import dev.floe.sqlgateway.admission.TenantAdmissions;
import dev.floe.sqlgateway.arrow.ArrowStreams;
import dev.floe.sqlgateway.value.Parameters;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.wire.v1.FoundRow;
import dev.floe.wire.v1.GetRequest;
import dev.floe.wire.v1.GetResponse;
import dev.floe.wire.v1.QueryRequest;
import dev.floe.wire.v1.QueryResponse;
import dev.floe.wire.v1.QueryServiceGrpc;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries and key lookups over gRPC. */
public final class QueryEndpoint extends QueryServiceGrpc.QueryServiceImplBase {
    private final QueryEngine engine;
    private final Tables tables;
    private final QueryCalls calls;
    private final Admission lookups;
    private final ArrowStreams arrow;
    private final QueryThreads threads;

    /** The threads and Arrow's memory are the caller's to close. */
    public QueryEndpoint(
            QueryEngine engine,
            Tables tables,
            SqlSettings settings,
            QueryCalls calls,
            ArrowStreams arrow,
            QueryThreads threads) {
        this.engine = engine;
        this.tables = tables;
        this.calls = calls;
        this.lookups = new Admission(
                "key lookups",
                "try again shortly, or ask for more keys in fewer calls",
                settings.lookupsMax(),
                settings.lookupsPerTenantMax());
        this.arrow = arrow;
        this.threads = threads;
    }

    @Override
    public void query(QueryRequest request, StreamObserver<QueryResponse> observer) {
        Principal principal = calls.reader();
        check(request);
        ReadCut cut = ReadCuts.of(request.getReadAt());
        QueryCalls.Wishes wishes = new QueryCalls.Wishes(request.getRowLimit(), request.getBatchRows());
        calls.query(
                        (ServerCallStreamObserver<QueryResponse>) observer,
                        principal.tenant(),
                        wishes,
                        limits -> open(principal, request, cut, limits))
                .beginWithHandlers();
    }

    private QueryStream.Opened<QueryResponse> open(
            Principal principal, QueryRequest request, ReadCut cut, QueryLimits limits) {
        PreparedQuery query = engine.prepare(principal, request.getSql());
        ResponseFormat format = ResponseFormat.of(request.getFormat(), query.columns(), arrow);
        List<@Nullable Object> values = WireValues.readAll(request.getParametersList());
        ColumnBatch parameters = Parameters.batch(values, query.parameterTypes());
        QueryCursor cursor = engine.execute(principal, query, parameters, cut, limits);
        return new QueryStream.Opened<>(cursor, format);
    }

    private static void check(QueryRequest request) {
        if (request.getSql().isBlank()) {
            throw new FloeException(ErrorCode.INVALID_SQL, "the request has no SQL text")
                    .at("sql")
                    .advise("send a query such as SELECT * FROM a_table");
        }
        if (request.getRowLimit() < 0 || request.getBatchRows() < 0) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "row_limit and batch_rows can't be negative")
                    .at(request.getRowLimit() < 0 ? "row_limit" : "batch_rows")
                    .advise("send 0 for the server's own limits");
        }
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> observer) {
        Principal principal = calls.reader();
        ReadCut cut = ReadCuts.of(request.getReadAt());
        Duration wait = calls.remaining(Context.current().getDeadline());
        Admission.Place place = lookups.admit(principal.tenant());
        ServerCallStreamObserver<GetResponse> call = (ServerCallStreamObserver<GetResponse>) observer;
        // no error of ours where the client has gone: the call is over then
        call.setOnCancelHandler(() -> {});
        threads.lookups().execute(() -> {
            try (place) {
                if (!call.isCancelled()) {
                    call.onNext(lookup(principal, request, cut, wait));
                    call.onCompleted();
                }
            } catch (RuntimeException e) {
                call.onError(RpcErrors.toStatus(e));
            }
        });
    }

    private GetResponse lookup(Principal principal, GetRequest request, ReadCut cut, Duration wait) {
        TableDefinition table = table(principal, request.getTable());
        ColumnBatch keys = KeyRows.read(request.getKeys(), table);
        LookupResult found = engine.lookup(
                principal, new LookupRequest(request.getTable(), keys, request.getColumnsList(), cut, wait));
        GetResponse.Builder response = GetResponse.newBuilder()
                .addAllColumns(ResultColumns.fields(found.columns()))
                .setSnapshot(ResultColumns.snapshot(found.cut()));
        for (int row : found.rowOf()) {
            FoundRow.Builder out = response.addRowsBuilder().setFound(row >= 0);
            if (row >= 0) {
                out.setRow(ResponseFormat.row(found.rows(), found.columns(), row));
            }
        }
        return response.build();
    }

    private TableDefinition table(Principal principal, String name) {
        return tables.find(new TableName(principal.tenant(), name))
                .orElseThrow(() -> new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no table " + name)
                        .at("table")
                        .advise("list the tenant's tables"));
    }

    /** What became of key lookups that wanted a place. */
    public TenantAdmissions lookups() {
        return lookups.tenants();
    }
}
