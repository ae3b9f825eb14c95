package dev.floe.sqlgateway.rpc;

import dev.floe.auth.rpc.CurrentPrincipal;
import dev.floe.auth.rpc.RpcErrors;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
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
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Queries and key lookups over gRPC.
 *
 * <p>A query's time runs from its admission; at its end the stream fails with QUERY_TIMEOUT even where the client has
 * stopped reading, so that no client keeps a place for good. No thread waits for a place with a query that does.
 */
public final class QueryEndpoint extends QueryServiceGrpc.QueryServiceImplBase {
    private final QueryEngine engine;
    private final Tables tables;
    private final SqlSettings settings;
    private final Admission queries;
    private final Admission lookups;
    private final ArrowStreams arrow;
    private final QueryThreads threads;
    private final Set<QueryStream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean serving = true;

    /** {@code queries} is shared with other ways to query; the threads and Arrow's memory are the caller's to close. */
    public QueryEndpoint(
            QueryEngine engine,
            Tables tables,
            SqlSettings settings,
            Admission queries,
            ArrowStreams arrow,
            QueryThreads threads) {
        this.engine = engine;
        this.tables = tables;
        this.settings = settings;
        this.queries = queries;
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
        Principal principal = reader();
        check(request);
        ReadCut cut = ReadCuts.of(request.getReadAt());
        Deadline deadline = Context.current().getDeadline();
        ServerCallStreamObserver<QueryResponse> call = (ServerCallStreamObserver<QueryResponse>) observer;
        CompletableFuture<Admission.Place> place = queries.request(principal.tenant(), remaining(deadline));
        CompletableFuture<QueryStream> stream = place.thenApply(taken -> {
            QueryLimits limits = settings.limits(request.getRowLimit(), remaining(deadline), request.getBatchRows());
            return started(call, () -> open(principal, request, cut, limits), taken, limits.timeMax());
        });
        call.setOnReadyHandler(() -> onceOpen(stream, QueryStream::ready));
        call.setOnCancelHandler(() -> {
            place.cancel(false);
            onceOpen(stream, QueryStream::cancelled);
        });
        onceOpen(stream, QueryStream::ready);
        CompletableFuture<?> unused = stream.exceptionally(failure -> {
            if (!place.isCancelled()) {
                call.onError(RpcErrors.toStatus(Objects.requireNonNullElse(failure.getCause(), failure)));
            }
            return null;
        });
    }

    /** Never, where the query gets no place. */
    private static void onceOpen(CompletableFuture<QueryStream> stream, Consumer<QueryStream> what) {
        CompletableFuture<Void> unused = stream.thenAccept(what);
    }

    private QueryStream started(
            ServerCallStreamObserver<QueryResponse> call,
            QueryStream.Start start,
            Admission.Place place,
            Duration time) {
        Expiry expiry = new Expiry();
        QueryStream stream =
                new QueryStream(call, start, settings.responseBytes(), place, threads.queries(), expiry::stop);
        try {
            expiry.watch(stream, time);
        } catch (RejectedExecutionException e) { // the timer stopped
            expiry.stop();
            place.close();
            throw stopping();
        }
        return stream;
    }

    private QueryStream.Opened open(Principal principal, QueryRequest request, ReadCut cut, QueryLimits limits) {
        PreparedQuery query = engine.prepare(principal, request.getSql());
        ResponseFormat format = ResponseFormat.of(request.getFormat(), query.columns(), arrow);
        List<@Nullable Object> values = WireValues.readAll(request.getParametersList());
        ColumnBatch parameters = Parameters.batch(values, query.parameterTypes());
        QueryCursor cursor = engine.execute(principal, query, parameters, cut, limits);
        return new QueryStream.Opened(cursor, format);
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
        Principal principal = reader();
        ReadCut cut = ReadCuts.of(request.getReadAt());
        Duration wait = remaining(Context.current().getDeadline());
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

    private Principal reader() {
        if (!serving) {
            throw stopping();
        }
        Principal principal = CurrentPrincipal.get();
        principal.require(Role.READER);
        return principal;
    }

    /** Time left to a call, at most the limit of a query. */
    private Duration remaining(@Nullable Deadline deadline) {
        if (deadline == null) {
            return settings.queryTimeMax();
        }
        Duration left = Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
        return left.compareTo(settings.queryTimeMax()) < 0 ? left : settings.queryTimeMax();
    }

    /** Refuses what comes and ends the queries that run. */
    public void stop() {
        serving = false;
        streams.forEach(stream -> stream.end(stopping()));
    }

    /** What became of key lookups that wanted a place. */
    public TenantAdmissions lookups() {
        return lookups.tenants();
    }

    /** Queries that run. */
    public int streamCount() {
        return streams.size();
    }

    private static FloeException stopping() {
        return new FloeException(ErrorCode.SHUTTING_DOWN, "the server is stopping")
                .advise("try again, on another server or once it is back");
    }

    /** Keeps a stream among those running until it closes, and ends it when its time is up. */
    private final class Expiry {
        private @Nullable QueryStream stream;
        private @Nullable Future<?> timer;

        synchronized void watch(QueryStream watched, Duration time) {
            stream = watched;
            streams.add(watched);
            timer = threads.timer().schedule(() -> watched.end(late(time)), time.toNanos(), TimeUnit.NANOSECONDS);
        }

        synchronized void stop() {
            if (stream != null) {
                streams.remove(stream);
            }
            if (timer != null) {
                timer.cancel(false);
            }
        }

        private FloeException late(Duration time) {
            return new FloeException(ErrorCode.QUERY_TIMEOUT, "the query did not end within " + time.toMillis() + " ms")
                    .advise("ask for less, read faster, or raise the deadline or sql.query-time-max");
        }
    }
}
