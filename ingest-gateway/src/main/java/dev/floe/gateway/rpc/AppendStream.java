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
 * <p>The stream reads one request at a time, and only while its unanswered requests hold fewer bytes than its limit:
 * it has at most that limit and one request in memory. The next request is read once the one before was handed to the
 * log, so that requests reach it in order. gRPC calls in one thread at a time, the log and the budget in others.
 */
final class AppendStream implements StreamObserver<byte[]> {
    private static final int REQUEST_OVERHEAD_BYTES = 1 << 10;

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

    @GuardedBy("this")
    private boolean asked;

    @GuardedBy("this")
    private boolean halfClosed;

    @GuardedBy("this")
    private boolean draining;

    @GuardedBy("this")
    private boolean over;

    @GuardedBy("this")
    private ByteBudget.@Nullable Lease waiting;

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
        synchronized (this) {
            asked = false;
            handling = true;
        }
        AckQueue.Slot slot = acks.add(request.length + REQUEST_OVERHEAD_BYTES);
        writer.counters().received(request.length);
        try {
            ByteBudget.Lease lease =
                    budget.acquire(request.length + REQUEST_OVERHEAD_BYTES, held -> handle(request, slot, held));
            boolean late;
            synchronized (this) {
                waiting = handling ? lease : null;
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
        synchronized (this) {
            if (asked || handling || halfClosed || draining || over || acks.bytes() >= bytesMax) {
                return;
            }
            asked = true;
        }
        responses.request(1);
    }

    private void cancelled() {
        ByteBudget.Lease lease;
        synchronized (this) {
            over = true;
            lease = waiting;
            waiting = null;
        }
        if (lease != null) {
            abandon(lease);
        }
        ended.accept(this);
    }

    /** The client is gone: what still waits is dropped, what is being handled goes on. */
    private void abandon(ByteBudget.Lease lease) {
        if (lease.abandon()) {
            writer.counters().refusedBatch();
        }
    }
}
