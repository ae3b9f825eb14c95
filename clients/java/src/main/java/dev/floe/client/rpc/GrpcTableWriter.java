package dev.floe.client.rpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.client.Token;
import dev.floe.client.WriterSettings;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.IngestServiceGrpc.IngestServiceStub;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writer over one append call at a time.
 *
 * <p>What happens to batches is {@link UnackedBatches}; this class keeps the call they go over. With a stream a call
 * begins by opening it, and a call that breaks is followed by another, which goes on where the stream is; without, the
 * unacked batches of a broken call have an unknown outcome.
 */
final class GrpcTableWriter implements TableWriter {
    /** What servers take, less what a request has beside its batch: a larger one would end the call each time. */
    private static final long BATCH_BYTES_MAX = (16L << 20) - (4L << 10);

    private static final Duration RESEND_DELAY = Duration.ofMillis(200);

    private final IngestServiceStub stub;
    private final String table;
    private final WriterSettings settings;
    private final @Nullable String stream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final UnackedBatches unacked;

    @GuardedBy("lock")
    private int resendsLeft;

    @GuardedBy("lock")
    private long epoch;

    /** Null while there is none, or it is not open yet. */
    @GuardedBy("lock")
    private @Nullable Call open;

    @GuardedBy("lock")
    private @Nullable Call current;

    @GuardedBy("lock")
    private @Nullable FloeException failure;

    @GuardedBy("lock")
    private boolean closed;

    private GrpcTableWriter(IngestServiceStub stub, String table, WriterSettings settings) {
        this.stub = stub;
        this.table = table;
        this.settings = settings;
        this.resendsLeft = settings.resendMax();
        String name = settings.stream();
        this.stream = name != null && name.isEmpty() ? "writer-" + UUID.randomUUID() : name;
        this.unacked = new UnackedBatches(stream != null);
    }

    static GrpcTableWriter open(IngestServiceStub stub, String table, WriterSettings settings) {
        GrpcTableWriter writer = new GrpcTableWriter(stub, table, settings);
        writer.openCall();
        return writer;
    }

    @Override
    public CompletableFuture<Ack> append(Batch batch, Operation operation) {
        if (stream != null && batch.rowCount() < 0) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "a writer with a stream must know a batch's row count")
                    .advise("give Batch.Arrow its row count, or write without a stream");
        }
        dev.floe.wire.v1.Batch message = WireBatches.batch(batch, operation);
        long bytes = message.getSerializedSize();
        if (bytes > BATCH_BYTES_MAX) {
            return CompletableFuture.failedFuture(new FloeException(
                            ErrorCode.MESSAGE_TOO_LARGE,
                            "the batch takes " + bytes + " bytes, more than the " + BATCH_BYTES_MAX
                                    + " that a request may have")
                    .advise("send fewer rows in a batch, or smaller values"));
        }
        lock.lock();
        try {
            awaitRoom(bytes);
            CompletableFuture<Ack> answer = unacked.add(message, batch.rowCount(), bytes);
            sendUnsent();
            return answer;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nextOffset() {
        if (stream == null) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the writer has no stream")
                    .advise("open it with a stream to count its rows");
        }
        lock.lock();
        try {
            while (!unacked.isPlaced()) {
                requireUsable();
                changed.await();
            }
            return unacked.nextOffset();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            long last = unacked.added();
            while (unacked.answered() < last) {
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            flush();
        } finally {
            endCall();
        }
    }

    private void endCall() {
        lock.lock();
        try {
            Call last = current;
            if (last != null && last.requests != null) {
                last.requests.onCompleted();
            }
            open = null;
            current = null;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void requireUsable() {
        if (closed) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the writer is closed");
        }
        if (failure != null) {
            throw failure;
        }
    }

    @GuardedBy("lock")
    private void awaitRoom(long bytes) {
        long nanosLeft = settings.blockMax().toNanos();
        try {
            while (true) {
                requireUsable();
                boolean room = unacked.count() == 0
                        || (unacked.count() < settings.inFlightBatchesMax()
                                && unacked.bytes() + bytes <= settings.inFlightBytesMax());
                if (room) {
                    return;
                }
                if (nanosLeft <= 0) {
                    throw new FloeException(
                                    ErrorCode.OVERLOADED,
                                    unacked.count() + " batches of " + unacked.bytes()
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

    private void openCall() {
        lock.lock();
        try {
            if (closed && unacked.count() == 0) {
                return;
            }
            Call call = new Call();
            current = call;
            unacked.nothingSent();
            stub.append(call);
            if (current != call) {
                // it broke at once, in this thread: another call follows, or the writer has failed
                return;
            }
            if (stream == null) {
                open = call;
                sendUnsent();
            } else {
                call.send(AppendRequest.newBuilder()
                        .setTable(table)
                        .setStreamId(stream)
                        .setWriterEpoch(epoch)
                        .build());
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void sendUnsent() {
        Call to = open;
        if (to == null) {
            return;
        }
        for (UnackedBatches.Pending next = unacked.nextUnsent(); next != null; next = unacked.nextUnsent()) {
            if (open != to) {
                return;
            }
            AppendRequest.Builder request = AppendRequest.newBuilder()
                    .setTable(table)
                    .setBatch(next.message())
                    .setRequestId(next.id());
            if (stream != null) {
                request.setOffset(next.offset());
            }
            to.send(request.build());
        }
    }

    private void answered(Call from, AppendResponse response) {
        List<Runnable> answers = new ArrayList<>();
        FloeException again = null;
        lock.lock();
        try {
            if (from != current) {
                return;
            }
            if (stream != null && open == null) {
                again = opened(from, response, answers);
            } else {
                again = unacked.answer(response, answers);
                if (again == null) {
                    resendsLeft = settings.resendMax();
                }
            }
            sendUnsent();
        } finally {
            lock.unlock();
        }
        deliver(answers);
        if (again != null) {
            broken(from, again);
        }
    }

    @GuardedBy("lock")
    private @Nullable FloeException opened(Call from, AppendResponse response, List<Runnable> answers) {
        if (response.hasError()) {
            return RemoteErrors.of(response.getError(), null);
        }
        open = from;
        epoch = response.getWriterEpoch();
        Token token = Token.of(response.getAck().getToken().getValue().toByteArray());
        unacked.goOnAt(response.getNextOffset(), token, response.getAck().getSchemaVersion(), answers);
        changed.signalAll();
        return null;
    }

    /** Completes futures outside the lock, then lets those go on who wait for them. */
    private void deliver(List<Runnable> answers) {
        answers.forEach(Runnable::run);
        lock.lock();
        try {
            unacked.delivered(answers.size());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void broken(Call call, FloeException cause) {
        List<Runnable> lost = new ArrayList<>();
        lock.lock();
        try {
            if (call != current) {
                return;
            }
            open = null;
            current = null;
            call.cancel();
            ErrorKind kind = cause.code().kind();
            boolean worthAnother = kind == ErrorKind.UNAVAILABLE || kind == ErrorKind.UNKNOWN_OUTCOME;
            if (worthAnother && resendsLeft > 0 && !(closed && unacked.count() == 0)) {
                resendsLeft--;
                long delay = Math.max(RESEND_DELAY.toMillis(), cause.retryAfterMillis());
                CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS).execute(this::openCall);
                return;
            }
            failure = cause;
            unacked.failAll(kind == ErrorKind.DENIED || kind == ErrorKind.INVALID ? cause : unknown(cause), lost);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        deliver(lost);
    }

    private FloeException unknown(FloeException cause) {
        String what = "the connection broke before the ack: " + cause.message();
        return new FloeException(ErrorCode.OUTCOME_UNKNOWN, what, cause)
                .advise(
                        stream == null
                                ? "see which rows arrived, or write to an upsert table, before sending again"
                                : "send the rows again on the same stream, from its next offset on");
    }

    /** One call; what comes of it once it is no longer the current one is not looked at. */
    private final class Call implements ClientResponseObserver<AppendRequest, AppendResponse> {
        private @Nullable ClientCallStreamObserver<AppendRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<AppendRequest> requestStream) {
            requests = requestStream;
        }

        void send(AppendRequest request) {
            if (requests != null) {
                requests.onNext(request);
            }
        }

        void cancel() {
            if (requests != null) {
                requests.cancel("the writer gave the call up", null);
            }
        }

        @Override
        public void onNext(AppendResponse response) {
            answered(this, response);
        }

        @Override
        public void onError(Throwable t) {
            broken(this, RemoteErrors.of(t));
        }

        @Override
        public void onCompleted() {
            broken(
                    this,
                    new FloeException(ErrorCode.SHUTTING_DOWN, "the server ended the call")
                            .advise("open a new writer"));
        }
    }
}
