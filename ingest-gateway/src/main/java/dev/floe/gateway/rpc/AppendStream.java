package dev.floe.gateway.rpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.auth.rpc.RpcErrors;
import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.flow.ByteBudget;
import dev.floe.gateway.stream.OpenStreams;
import dev.floe.gateway.stream.StreamSession;
import dev.floe.gateway.write.BatchRequest;
import dev.floe.gateway.write.BatchWriter;
import dev.floe.gateway.write.Stored;
import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One append stream.
 *
 * <pre>
 *   request(1) ─► onNext ─► budget ─► BatchWriter ─► log
 *        ▲                                            │
 *        └── room in the stream ◄── AckQueue ◄────────┘
 * </pre>
 *
 * <p>The stream asks for requests only while its unanswered ones hold fewer bytes than its limit: it has at most that
 * limit and what it asked for in memory. That is one request, or a few where the last was small, so that not each of
 * many small ones costs a turn of gRPC's threads. Requests are handled one at a time, each once the one before was
 * handed to the log, so that they reach it in order. gRPC calls in one thread at a time, the log and the budget in
 * others.
 */
final class AppendStream implements StreamObserver<byte[]> {
    private static final int REQUEST_OVERHEAD_BYTES = 1 << 10;
    private static final int SMALL_REQUEST_BYTES = 4 << 10;
    private static final int SMALL_ASKED_MAX = 16;

    private final Principal principal;
    private final BatchWriter writer;
    private final ByteBudget budget;
    private final long bytesMax;
    private final ServerCallStreamObserver<AppendResponse> responses;
    private final OpenStreams streams;
    private final Executor executor;
    private final Consumer<AppendStream> ended;
    private final AckQueue acks = new AckQueue();

    /** Of the stream's requests, the table last named; read and written by one request at a time. */
    private volatile String table = "";

    /** The writer's own stream, if it opened one; written by the first request. */
    private volatile @Nullable StreamSession session;

    private volatile boolean begun;

    @GuardedBy("this")
    private boolean handling;

    /** Which request is handled, by number: what is said of an earlier one comes too late. */
    @GuardedBy("this")
    private long turn;

    /** Requests that gRPC may still bring. */
    @GuardedBy("this")
    private int asked;

    /** How many requests may be asked for or wait for their turn at once. */
    @GuardedBy("this")
    private int askedMax = 1;

    @GuardedBy("this")
    private final Deque<Arrived> arrived = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean halfClosed;

    @GuardedBy("this")
    private boolean draining;

    @GuardedBy("this")
    private boolean over;

    @GuardedBy("this")
    private ByteBudget.@Nullable Lease waiting;

    /** A request that waits for its turn. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    private record Arrived(byte[] request, AckQueue.Slot slot) {}

    AppendStream(
            Principal principal,
            BatchWriter writer,
            ByteBudget budget,
            long bytesMax,
            OpenStreams streams,
            Executor executor,
            ServerCallStreamObserver<AppendResponse> responses,
            Consumer<AppendStream> ended) {
        this.principal = principal;
        this.writer = writer;
        this.budget = budget;
        this.bytesMax = bytesMax;
        this.streams = streams;
        this.executor = executor;
        this.responses = responses;
        this.ended = ended;
    }

    /** Takes the flow of the call into its own hands; to be called before the call's first message. */
    void open() {
        responses.disableAutoRequest();
        responses.setOnReadyHandler(this::proceed);
        responses.setOnCancelHandler(this::cancelled);
        askForMore();
    }

    @Override
    public void onNext(byte[] request) {
        writer.counters().received(request.length);
        Arrived next = new Arrived(request, acks.add(request.length + REQUEST_OVERHEAD_BYTES));
        synchronized (this) {
            asked--;
            askedMax = request.length <= SMALL_REQUEST_BYTES ? SMALL_ASKED_MAX : 1;
            arrived.add(next);
        }
        takeNext();
    }

    /** Handles the oldest request that waits, unless one is being handled. */
    private void takeNext() {
        Arrived next;
        long mine;
        synchronized (this) {
            if (over) {
                dropArrived();
            }
            next = handling ? null : arrived.poll();
            if (next == null) {
                return;
            }
            handling = true;
            mine = ++turn;
        }
        take(next.request(), next.slot(), mine);
    }

    private void take(byte[] request, AckQueue.Slot slot, long mine) {
        try {
            ByteBudget.Lease lease =
                    budget.acquire(request.length + REQUEST_OVERHEAD_BYTES, held -> handle(request, slot, held));
            boolean late;
            synchronized (this) {
                if (handling && turn == mine) {
                    waiting = lease;
                }
                late = over;
            }
            if (late) {
                abandon(lease);
            }
        } catch (FloeException e) {
            writer.counters().refusedBatch();
            slot.answer(
                    Answers.refused(RawRequests.varint(request, AppendRequest.REQUEST_ID_FIELD_NUMBER), e, session));
            handled();
        }
    }

    @Override
    public void onError(Throwable t) {
        cancelled();
    }

    @Override
    public void onCompleted() {
        synchronized (this) {
            halfClosed = true;
        }
        proceed();
    }

    /** Answers what was read, refuses what comes, and ends the stream. */
    void drain() {
        synchronized (this) {
            draining = true;
        }
        proceed();
    }

    private void handle(byte[] request, AckQueue.Slot slot, ByteBudget.Lease lease) {
        long id = RawRequests.varint(request, AppendRequest.REQUEST_ID_FIELD_NUMBER);
        try {
            AppendRequest message = RawRequests.parse(AppendRequest.parser(), request);
            if (!message.getTable().isEmpty()) {
                table = message.getTable();
            }
            boolean first = !begun;
            begun = true;
            if (first && !message.getStreamId().isEmpty()) {
                openStream(message, slot, lease);
                return;
            }
            write(message, slot, lease);
        } catch (RuntimeException e) {
            refuse(id, e, slot, lease);
        }
        handled();
    }

    /** Opens the writer's stream, then writes the request's batch if it has one; reads no further before. */
    private void openStream(AppendRequest message, AckQueue.Slot slot, ByteBudget.Lease lease) {
        long id = message.getRequestId();
        CompletableFuture<Void> unused = streams.open(principal, table, message.getStreamId(), message.getWriterEpoch())
                .thenAcceptAsync(
                        opened -> {
                            session = opened.session();
                            if (message.hasBatch()) {
                                write(message, slot, lease);
                            } else {
                                writer.counters().storedBatch(0);
                                slot.answer(Answers.opened(id, opened.session(), opened.schemaVersion()));
                                lease.release();
                            }
                        },
                        executor)
                .exceptionally(failure -> {
                    refuse(id, failure, slot, lease);
                    return null;
                })
                .thenRun(this::handled);
    }

    private void write(AppendRequest message, AckQueue.Slot slot, ByteBudget.Lease lease) {
        long id = message.getRequestId();
        StreamSession stream = session;
        if (stream != null && !message.hasOffset()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "a batch of a stream needs an offset")
                    .at("offset")
                    .advise("send the offset of the batch's first row");
        }
        if (stream == null && message.hasOffset()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the batch has an offset but the call has no stream")
                    .at("stream_id")
                    .advise("name the stream in the call's first request");
        }
        BatchRequest batch =
                new BatchRequest(table, message.getBatch(), message.getSchemaVersion(), stream, message.getOffset());
        CompletableFuture<Stored> unused = writer.write(principal, batch).whenComplete((stored, failure) -> {
            slot.answer(
                    failure == null
                            ? Answers.stored(id, stored, stream, message.getOffset())
                            : Answers.refused(id, failure, stream));
            lease.release();
            proceed();
        });
    }

    private void refuse(long id, Throwable failure, AckQueue.Slot slot, ByteBudget.Lease lease) {
        writer.counters().refusedBatch();
        slot.answer(Answers.refused(id, failure, session));
        lease.release();
    }

    private void handled() {
        synchronized (this) {
            handling = false;
            waiting = null;
        }
        takeNext();
        proceed();
    }

    /** Sends what can be sent, then reads on or ends the stream. */
    private void proceed() {
        boolean complete;
        boolean refuse;
        synchronized (this) {
            if (over) {
                return;
            }
            while (responses.isReady()) {
                AppendResponse next = acks.poll();
                if (next == null) {
                    break;
                }
                responses.onNext(next);
            }
            boolean idle = acks.isEmpty() && !handling;
            complete = idle && halfClosed;
            refuse = idle && draining && !complete;
            over = complete || refuse;
        }
        if (complete) {
            responses.onCompleted();
        } else if (refuse) {
            responses.onError(RpcErrors.toStatus(BatchWriter.shuttingDown()));
        } else {
            askForMore();
            return;
        }
        ended.accept(this);
    }

    private void askForMore() {
        int more;
        synchronized (this) {
            int ahead = asked + arrived.size() + (handling ? 1 : 0);
            if (ahead > askedMax / 2 || halfClosed || draining || over || acks.bytes() >= bytesMax) {
                return;
            }
            more = askedMax - ahead;
            asked += more;
        }
        responses.request(more);
    }

    private void cancelled() {
        ByteBudget.Lease lease;
        synchronized (this) {
            over = true;
            lease = waiting;
            waiting = null;
            dropArrived();
        }
        if (lease != null) {
            abandon(lease);
        }
        ended.accept(this);
    }

    /** Nobody is left to be told. */
    @GuardedBy("this")
    private void dropArrived() {
        for (Arrived dropped = arrived.poll(); dropped != null; dropped = arrived.poll()) {
            writer.counters().refusedBatch();
        }
    }

    /** The client is gone: what still waits is dropped, what is being handled goes on. */
    private void abandon(ByteBudget.Lease lease) {
        if (lease.abandon()) {
            writer.counters().refusedBatch();
        }
    }
}
