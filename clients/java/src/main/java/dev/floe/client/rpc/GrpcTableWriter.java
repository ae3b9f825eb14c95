package dev.floe.client.rpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.client.WriterSettings;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.IngestServiceGrpc.IngestServiceStub;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writer over one append stream at a time.
 *
 * <p>Batches in flight queue in the order they were sent; each response answers the head of the queue. A stream that
 * breaks fails the queue, or, where resending is asked for, a new stream is sent the queue again.
 */
final class GrpcTableWriter implements TableWriter {
    private static final Duration RESEND_DELAY = Duration.ofMillis(200);

    private final IngestServiceStub stub;
    private final String table;
    private final WriterSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Deque<Pending> inFlight = new ArrayDeque<>();

    @GuardedBy("lock")
    private long inFlightBytes;

    @GuardedBy("lock")
    private long lastRequestId;

    @GuardedBy("lock")
    private int resendsLeft;

    /** Null while the stream is broken and waits to be opened again. */
    @GuardedBy("lock")
    private @Nullable StreamObserver<AppendRequest> requests;

    @GuardedBy("lock")
    private @Nullable FloeException failure;

    @GuardedBy("lock")
    private boolean closed;

    private record Pending(AppendRequest request, long bytes, CompletableFuture<Ack> answer) {}

    private GrpcTableWriter(IngestServiceStub stub, String table, WriterSettings settings) {
        this.stub = stub;
        this.table = table;
        this.settings = settings;
        this.resendsLeft = settings.resendMax();
    }

    static GrpcTableWriter open(IngestServiceStub stub, String table, WriterSettings settings) {
        GrpcTableWriter writer = new GrpcTableWriter(stub, table, settings);
        writer.openStream();
        return writer;
    }

    @Override
    public CompletableFuture<Ack> append(Batch batch, Operation operation) {
        dev.floe.wire.v1.Batch message = WireBatches.batch(batch, operation);
        long bytes = message.getSerializedSize();
        lock.lock();
        try {
            awaitRoom(bytes);
            AppendRequest request = AppendRequest.newBuilder()
                    .setTable(table)
                    .setBatch(message)
                    .setRequestId(++lastRequestId)
                    .build();
            Pending pending = new Pending(request, bytes, new CompletableFuture<>());
            inFlight.add(pending);
            inFlightBytes += bytes;
            if (requests != null) {
                requests.onNext(request);
            }
            return pending.answer();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            long last = lastRequestId;
            while (!inFlight.isEmpty() && inFlight.peek().request().getRequestId() <= last) {
                changed.await();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        try {
            flush();
        } finally {
            endStream();
        }
    }

    private void endStream() {
        lock.lock();
        try {
            if (requests != null) {
                requests.onCompleted();
                requests = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void awaitRoom(long bytes) {
        long nanosLeft = settings.blockMax().toNanos();
        try {
            while (true) {
                if (closed) {
                    throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the writer is closed");
                }
                if (failure != null) {
                    throw failure;
                }
                boolean room = inFlight.isEmpty()
                        || (inFlight.size() < settings.inFlightBatchesMax()
                                && inFlightBytes + bytes <= settings.inFlightBytesMax());
                if (room) {
                    return;
                }
                if (nanosLeft <= 0) {
                    throw new FloeException(
                                    ErrorCode.OVERLOADED,
                                    inFlight.size() + " batches of " + inFlightBytes
                                            + " bytes still wait for acks after " + settings.blockMax())
                            .advise("send slower, or raise the writer's limits");
                }
                nanosLeft = changed.awaitNanos(nanosLeft);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static FloeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new FloeException(ErrorCode.OUTCOME_UNKNOWN, "interrupted while waiting for acks", e);
    }

    /** Opens a stream and sends it everything unacked. */
    private void openStream() {
        lock.lock();
        try {
            StreamObserver<AppendRequest> opened = stub.append(new Responses());
            requests = opened;
            for (Pending pending : inFlight) {
                opened.onNext(pending.request());
            }
        } finally {
            lock.unlock();
        }
    }

    private void answered(AppendResponse response) {
        Pending head;
        lock.lock();
        try {
            head = inFlight.peek();
            if (head == null || head.request().getRequestId() != response.getRequestId()) {
                throw new IllegalStateException(
                        "the server answered request " + response.getRequestId() + " out of order");
            }
            inFlight.remove();
            inFlightBytes -= head.bytes();
            resendsLeft = settings.resendMax();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (response.hasError()) {
            head.answer().completeExceptionally(RemoteErrors.of(response.getError(), null));
        } else {
            head.answer().complete(WireAcks.ack(response.getAck()));
        }
    }

    private void broken(FloeException cause) {
        List<Pending> lost = new ArrayList<>();
        FloeException end;
        lock.lock();
        try {
            requests = null;
            boolean worthAnother =
                    cause.code().kind() == ErrorKind.UNAVAILABLE || cause.code().kind() == ErrorKind.UNKNOWN_OUTCOME;
            if (worthAnother && resendsLeft > 0 && !(closed && inFlight.isEmpty())) {
                resendsLeft--;
                long delay = Math.max(RESEND_DELAY.toMillis(), cause.retryAfterMillis());
                CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS).execute(this::openStream);
                return;
            }
            failure = cause;
            end = cause;
            lost.addAll(inFlight);
            inFlight.clear();
            inFlightBytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        FloeException answer = end.code().kind() == ErrorKind.DENIED
                        || end.code().kind() == ErrorKind.INVALID
                ? end
                : new FloeException(ErrorCode.OUTCOME_UNKNOWN, "the stream broke before the ack: " + end.message(), end)
                        .advise("see which rows arrived, or write to an upsert table, before sending again");
        lost.forEach(pending -> pending.answer().completeExceptionally(answer));
    }

    /** Receives the acks of one stream. */
    private final class Responses implements StreamObserver<AppendResponse> {
        @Override
        public void onNext(AppendResponse response) {
            answered(response);
        }

        @Override
        public void onError(Throwable t) {
            broken(RemoteErrors.of(t));
        }

        @Override
        public void onCompleted() {
            boolean early;
            lock.lock();
            try {
                early = !closed || !inFlight.isEmpty();
            } finally {
                lock.unlock();
            }
            if (early) {
                broken(new FloeException(ErrorCode.SHUTTING_DOWN, "the server ended the stream")
                        .advise("open a new writer"));
            }
        }
    }
}
