package dev.floe.client.rpc;

import dev.floe.client.Ack;
import dev.floe.client.Token;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.AppendResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Batches of a writer without an answer, in their order, and where each is in the writer's stream.
 *
 * <p>The first {@code sent} of them are on the way over the current call, whose responses come in their order. A batch
 * refused as a whole takes no offsets of the stream: the server then refuses those sent behind it, which expected it
 * to; they get new offsets and are sent again once all of them were refused. Not safe for threads.
 */
final class UnackedBatches {
    private final boolean hasStream;
    private final List<Pending> pending = new ArrayList<>();
    private int sent;
    private int misplaced;
    private long bytes;
    private long added;
    private long answered;
    private boolean placed;
    private long next;

    /** A batch on its way. */
    static final class Pending {
        private final long id;
        private final dev.floe.wire.v1.Batch message;
        private final int rowCount;
        private final long bytes;
        private final CompletableFuture<Ack> answer = new CompletableFuture<>();
        private long offset;

        private Pending(long id, dev.floe.wire.v1.Batch message, int rowCount, long bytes) {
            this.id = id;
            this.message = message;
            this.rowCount = rowCount;
            this.bytes = bytes;
        }

        long id() {
            return id;
        }

        dev.floe.wire.v1.Batch message() {
            return message;
        }

        long offset() {
            return offset;
        }
    }

    UnackedBatches(boolean hasStream) {
        this.hasStream = hasStream;
    }

    CompletableFuture<Ack> add(dev.floe.wire.v1.Batch message, int rowCount, long size) {
        Pending batch = new Pending(++added, message, rowCount, size);
        batch.offset = next;
        next += Math.max(0, rowCount);
        bytes += size;
        pending.add(batch);
        return batch.answer;
    }

    /** Batches without an answer. */
    int count() {
        return pending.size();
    }

    long bytes() {
        return bytes;
    }

    /** Batches taken so far. */
    long added() {
        return added;
    }

    /** Batches whose futures are complete, or were handed to be completed and are by now. */
    long answered() {
        return answered;
    }

    /** So many more futures are complete. */
    void delivered(long count) {
        answered += count;
    }

    /** Whether it is known where the stream goes on. */
    boolean isPlaced() {
        return placed;
    }

    /** Offset of the row after all that were taken. */
    long nextOffset() {
        return next;
    }

    /** The next batch to be sent, which counts as sent then; null where there is none now. */
    @Nullable
    Pending nextUnsent() {
        return misplaced > 0 || sent == pending.size() ? null : pending.get(sent++);
    }

    /** A new call begins. */
    void nothingSent() {
        sent = 0;
        misplaced = 0;
    }

    /** The stream was opened: what is below its next offset is stored, what is not goes on from there. */
    void goOnAt(long offset, Token token, int schemaVersion, List<Runnable> answers) {
        if (placed) {
            while (!pending.isEmpty() && pending.get(0).offset + pending.get(0).rowCount <= offset) {
                Pending stored = remove(0);
                Ack ack = new Ack(stored.rowCount, 0, List.of(), token, schemaVersion, true);
                answers.add(() -> stored.answer.complete(ack));
            }
            boolean within = pending.isEmpty() || pending.get(0).offset <= offset;
            if (within) {
                return;
            }
        }
        placed = true;
        renumber(offset);
    }

    /** Takes a response; returns the error that calls for a new call, if it is one. */
    @Nullable
    FloeException answer(AppendResponse response, List<Runnable> answers) {
        if (misplaced >= sent || pending.get(misplaced).id != response.getRequestId()) {
            throw new IllegalStateException("the server answered request " + response.getRequestId() + " out of order");
        }
        if (!response.hasError()) {
            Pending head = remove(misplaced);
            sent--;
            Ack ack = WireAcks.ack(response.getAck(), response.getAlreadyExists());
            answers.add(() -> head.answer.complete(ack));
            return null;
        }
        FloeException error = RemoteErrors.of(response.getError(), null);
        if (hasStream && error.code() == ErrorCode.OFFSET_OUT_OF_RANGE) {
            misplaced++;
        } else if (hasStream && (isRetriable(error) || error.code() == ErrorCode.STREAM_FENCED)) {
            return error;
        } else {
            Pending head = remove(misplaced);
            sent--;
            answers.add(() -> head.answer.completeExceptionally(error));
        }
        if (misplaced > 0 && misplaced == sent) {
            nothingSent();
            renumber(response.getNextOffset());
        }
        return null;
    }

    void failAll(FloeException error, List<Runnable> answers) {
        List<Pending> lost = new ArrayList<>(pending);
        lost.forEach(batch -> answers.add(() -> batch.answer.completeExceptionally(error)));
        pending.clear();
        bytes = 0;
        nothingSent();
    }

    private static boolean isRetriable(FloeException error) {
        ErrorKind kind = error.code().kind();
        return kind == ErrorKind.UNAVAILABLE || kind == ErrorKind.UNKNOWN_OUTCOME;
    }

    private Pending remove(int index) {
        Pending batch = pending.remove(index);
        bytes -= batch.bytes;
        return batch;
    }

    private void renumber(long from) {
        next = from;
        for (Pending batch : pending) {
            batch.offset = next;
            next += batch.rowCount;
        }
    }
}
