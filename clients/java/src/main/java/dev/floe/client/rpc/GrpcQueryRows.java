package dev.floe.client.rpc;

import dev.floe.client.Column;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.Row;
import dev.floe.client.TableSnapshot;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.QueryHeader;
import dev.floe.wire.v1.QueryResponse;
import dev.floe.wire.v1.QueryServiceGrpc;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Result of a query over the server's stream, one message ahead. */
final class GrpcQueryRows implements QueryRows {
    private final boolean reads;
    private final Context.CancellableContext context;
    private final Iterator<QueryResponse> responses;
    private final List<Column> columns;
    private final List<TableSnapshot> snapshots;
    private Iterator<dev.floe.wire.v1.Row> rows =
            List.<dev.floe.wire.v1.Row>of().iterator();
    private Duration elapsed = Duration.ZERO;
    private boolean ended;

    private GrpcQueryRows(
            boolean reads, Context.CancellableContext context, Iterator<QueryResponse> responses, QueryHeader header) {
        this.reads = reads;
        this.context = context;
        this.responses = responses;
        this.columns = WireTypes.columns(header.getColumnsList());
        this.snapshots =
                header.getSnapshotsList().stream().map(WireQueries::snapshot).toList();
    }

    /** Waits for the header, so that a wrong statement fails here. */
    static GrpcQueryRows start(QueryServiceGrpc.QueryServiceBlockingStub stub, Query query) {
        boolean reads = StatementKind.reads(query.sql());
        Context.CancellableContext context = Context.current().withCancellation();
        Context before = context.attach();
        try {
            Iterator<QueryResponse> responses = stub.query(WireQueries.query(query));
            if (!responses.hasNext()) {
                throw new FloeException(ErrorCode.DEFECT, "the server answered the query with nothing");
            }
            QueryResponse first = responses.next();
            if (!first.hasHeader()) {
                throw new FloeException(ErrorCode.DEFECT, "the result does not start with its header");
            }
            return new GrpcQueryRows(reads, context, responses, first.getHeader());
        } catch (StatusRuntimeException | FloeException e) {
            context.cancel(e);
            throw failure(reads, e);
        } finally {
            context.detach(before);
        }
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public List<TableSnapshot> snapshots() {
        return snapshots;
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    @Override
    public boolean hasNext() {
        while (!rows.hasNext() && !ended) {
            fetch();
        }
        return rows.hasNext();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the result has no more rows");
        }
        return WireQueries.row(rows.next(), columns);
    }

    @Override
    public List<Row> all() {
        List<Row> all = new ArrayList<>();
        forEachRemaining(all::add);
        return all;
    }

    @Override
    public void close() {
        ended = true;
        context.cancel(null);
    }

    private void fetch() {
        try {
            if (!responses.hasNext()) {
                throw new FloeException(ErrorCode.DEFECT, "the result ended without its trailer");
            }
            QueryResponse response = responses.next();
            if (response.hasTrailer()) {
                elapsed = Duration.of(response.getTrailer().getElapsedMicros(), ChronoUnit.MICROS);
                ended = true;
                context.cancel(null);
            } else {
                rows = response.getRows().getRowsList().iterator();
            }
        } catch (StatusRuntimeException e) {
            close();
            throw failure(reads, e);
        }
    }

    private static FloeException failure(boolean reads, RuntimeException failure) {
        return reads ? RemoteErrors.ofRead(failure) : RemoteErrors.ofChange(failure);
    }
}
