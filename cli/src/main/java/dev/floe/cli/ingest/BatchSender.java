package dev.floe.cli.ingest;

import dev.floe.client.Ack;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches and traces each answer back to the rows of the input.
 *
 * <p>A batch of rows that is invalid as a whole counts as refused rows and sending goes on; one of columns ends it, as
 * all that follow would fail alike. Any other failure ends it too: what was sent behind the failed batch may be stored
 * or not.
 */
final class BatchSender {
    private final TableWriter writer;
    private final Operation operation;
    private final RowReports reports;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong settled = new AtomicLong();
    private final AtomicReference<@Nullable FloeException> failure = new AtomicReference<>();
    /** Answers that have not been counted yet, at most the writer's limit of batches in flight. */
    private final Deque<CompletableFuture<Boolean>> unanswered = new ArrayDeque<>();

    BatchSender(TableWriter writer, Operation operation, RowReports reports) {
        this.writer = writer;
        this.operation = operation;
        this.reports = reports;
    }

    /** Throws what ended the sending, if an answer has told of it. */
    void send(SourceBatch batch) {
        check();
        unanswered.removeIf(CompletableFuture::isDone);
        unanswered.add(writer.append(batch.batch(), operation).handle((ack, refusal) -> answered(batch, ack, refusal)));
    }

    /** Waits for every answer; throws what ended the sending. */
    void finish() {
        // the writer's flush may return before the last answer has been counted here
        unanswered.forEach(CompletableFuture::join);
        check();
    }

    /** Rows acked so far. */
    long stored() {
        return stored.get();
    }

    /** The last row such that it and all before it are answered, 0 where none is. */
    long settled() {
        return settled.get();
    }

    private void check() {
        FloeException end = failure.get();
        if (end != null) {
            throw end;
        }
    }

    private boolean answered(SourceBatch batch, @Nullable Ack ack, @Nullable Throwable refusal) {
        RowNumbers numbers = batch.numbers();
        if (ack != null) {
            stored.addAndGet(ack.rowsStored());
            ack.rowErrors().forEach(why -> reports.refused(number(numbers, why), why));
            reports.alsoRefused(ack.rowsRefused() - ack.rowErrors().size());
        } else if (refusal instanceof FloeException why && refusesRows(batch, why)) {
            reports.refused(number(numbers, why), why);
            reports.alsoRefused(numbers.count() - 1L);
        } else {
            FloeException why = refusal instanceof FloeException known
                    ? known
                    : new FloeException(ErrorCode.DEFECT, "sending failed: " + refusal, refusal);
            String where = why.fieldPath().isEmpty() ? "" : why.fieldPath() + ", ";
            failure.compareAndSet(null, why.at(where + "rows " + numbers.first() + " and following"));
        }
        if (failure.get() == null) {
            settled.set(numbers.last());
        }
        return ack != null;
    }

    private static boolean refusesRows(SourceBatch batch, FloeException why) {
        return why.code().kind() == ErrorKind.INVALID && (!batch.isUniform() || why.row() >= 0);
    }

    private static long number(RowNumbers sent, FloeException why) {
        long row = why.row();
        return row >= 0 && row < sent.count() ? sent.of((int) row) : sent.first();
    }
}
