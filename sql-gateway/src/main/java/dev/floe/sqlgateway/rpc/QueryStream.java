package dev.floe.sqlgateway.rpc;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryCursor;
import dev.floe.sqlgateway.admission.Admission;
import dev.floe.sqlgateway.value.BatchSlices;
import dev.floe.storage.column.ColumnBatch;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One running query and its call. The cursor moves only while the client takes responses.
 *
 * <p>All work happens in one {@link SerialTask}: no thread waits for a slow client, and at most one batch of the cursor
 * is held. Others only leave a mark ({@link #end}, {@link #cancelled}) and wake it. Closing gives the place back.
 */
public final class QueryStream<R> {
    private final ServerCallStreamObserver<R> call;
    private final Start<R> start;
    private final int responseBytes;
    private final Admission.Place place;
    private final Runnable onClose;
    private final SerialTask task;
    private final long startedNanos = System.nanoTime();

    // set by any thread
    private volatile boolean clientGone;
    private volatile @Nullable FloeException ending;
    private volatile @Nullable QueryCursor cursor;

    // the task's own
    private @Nullable QueryAnswer<R> answer;
    private @Nullable BatchSlices slices;
    private long rowCount;
    private boolean closed;

    /** What happens first on the task: plans the query and opens its cursor. */
    interface Start<R> {
        Opened<R> open();
    }

    /** An open cursor and how its rows go out. */
    public record Opened<R>(QueryCursor cursor, QueryAnswer<R> answer) {}

    QueryStream(
            ServerCallStreamObserver<R> call,
            Start<R> start,
            int responseBytes,
            Admission.Place place,
            Executor workers,
            Runnable onClose) {
        this.call = call;
        this.start = start;
        this.responseBytes = responseBytes;
        this.place = place;
        this.onClose = onClose;
        this.task = new SerialTask(workers, this::work);
    }

    /** The client takes responses again. */
    void ready() {
        task.wake();
    }

    /** The client went away, or its deadline passed. */
    void cancelled() {
        clientGone = true;
        cancelCursor();
        task.wake();
    }

    /** Ends the query with an error, unless it has ended. */
    void end(FloeException why) {
        ending = why;
        cancelCursor();
        task.wake();
    }

    private void cancelCursor() {
        QueryCursor open = cursor;
        if (open != null) {
            open.cancel();
        }
    }

    private void work() {
        if (closed) {
            return;
        }
        try {
            if (isEnding()) {
                close();
                return;
            }
            if (cursor == null) {
                open();
            }
            while (!closed && !isEnding() && call.isReady()) {
                step();
            }
            if (!closed && isEnding()) {
                close();
            }
        } catch (RuntimeException e) {
            fail(e);
        } catch (Error e) {
            // whatever it is, the client has to hear of it and the place to be given back
            fail(ofError(e));
        }
    }

    /** What an error of the virtual machine means for the query that it ended. */
    public static FloeException ofError(Error error) {
        return error instanceof StackOverflowError
                ? new FloeException(ErrorCode.QUERY_TOO_COMPLEX, "the query nests too deeply", error)
                        .advise("split it into simpler queries")
                : new FloeException(ErrorCode.DEFECT, "the query failed", error);
    }

    private boolean isEnding() {
        return clientGone || ending != null;
    }

    private void open() {
        Opened<R> opened = start.open();
        cursor = opened.cursor();
        answer = opened.answer();
        opened.answer().first(opened.cursor()).ifPresent(call::onNext);
    }

    private void step() {
        QueryAnswer<R> writer = answer;
        QueryCursor open = cursor;
        if (writer == null || open == null) {
            throw new IllegalStateException("the query is not open");
        }
        BatchSlices current = slices;
        if (current != null && current.hasNext()) {
            ColumnBatch slice = current.next();
            rowCount += slice.rowCount();
            call.onNext(writer.rows(slice));
            return;
        }
        ColumnBatch batch = open.next();
        if (batch != null) {
            slices = new BatchSlices(batch, responseBytes);
            return;
        }
        if (rowCount == 0 && writer.showsEmptyResult()) {
            call.onNext(writer.rows(EmptyBatch.of(open.columns())));
        }
        finish(writer, open);
    }

    private void finish(QueryAnswer<R> writer, QueryCursor open) {
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startedNanos);
        Optional<R> last = writer.last(new QueryAnswer.End(rowCount, micros, open.isFromCache()));
        // the place is free before the client can know of the end and ask for the next
        release();
        last.ifPresent(call::onNext);
        call.onCompleted();
    }

    private void close() {
        FloeException why = ending;
        release();
        if (!clientGone && why != null) {
            call.onError(RpcErrors.toStatus(why));
        }
    }

    private void fail(RuntimeException failure) {
        FloeException why = ending;
        release();
        if (!clientGone) {
            // what a statement says of the rows that it stored is more than why it was ended
            boolean says = failure instanceof FloeException known && known.code() == ErrorCode.OUTCOME_UNKNOWN;
            call.onError(RpcErrors.toStatus(why == null || says ? failure : why));
        }
    }

    private void release() {
        closed = true;
        slices = null;
        QueryCursor open = cursor;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            place.close();
            onClose.run();
        }
    }
}
