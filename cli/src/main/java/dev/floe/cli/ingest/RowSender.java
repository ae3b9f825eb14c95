package dev.floe.cli.ingest;

import dev.floe.client.Ack;
import dev.floe.client.Batch;
import dev.floe.client.Column;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.ErrorKind;
import dev.floe.core.error.FloeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Collects rows to batches, sends them, and traces each answer back to the rows of the input.
 *
 * <p>A batch that is invalid as a whole counts as refused rows and sending goes on. Any other failure ends it: what
 * was sent behind the failed batch may be stored or not.
 */
final class RowSender {
    /** Size in the input at which a batch goes; well within what servers take as one message. */
    private static final long BATCH_BYTES = 8 << 20;

    private final TableWriter writer;
    private final List<String> columns;
    private final Operation operation;
    private final int batchRows;
    private final RowReports reports;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicReference<@Nullable FloeException> failure = new AtomicReference<>();
    /** Answers that have not been counted yet, at most the writer's limit of batches in flight. */
    private final Deque<CompletableFuture<Boolean>> unanswered = new ArrayDeque<>();

    private List<@Nullable Object[]> rows = new ArrayList<>();
    private List<Long> numbers = new ArrayList<>();
    private long bytes;

    RowSender(TableWriter writer, List<Column> columns, Operation operation, int batchRows, RowReports reports) {
        this.writer = writer;
        this.columns = columns.stream().map(Column::name).toList();
        this.operation = operation;
        this.batchRows = batchRows;
        this.reports = reports;
    }

    /** Throws what ended the sending, if an answer has told of it. */
    void add(SourceRow.Good row) {
        rows.add(row.values());
        numbers.add(row.number());
        bytes += row.bytes();
        if (rows.size() == batchRows || bytes >= BATCH_BYTES) {
            send();
        }
    }

    /** Sends what is left and waits for every answer; throws what ended the sending. */
    void finish() {
        if (!rows.isEmpty()) {
            send();
        }
        // the writer's flush may return before the last answer has been counted here
        unanswered.forEach(CompletableFuture::join);
        check();
    }

    /** Rows acked so far. */
    long stored() {
        return stored.get();
    }

    private void check() {
        FloeException end = failure.get();
        if (end != null) {
            throw end;
        }
    }

    private void send() {
        check();
        List<Long> sent = List.copyOf(numbers);
        Batch batch = Batch.of(columns, rows);
        rows = new ArrayList<>(batchRows);
        numbers = new ArrayList<>(batchRows);
        bytes = 0;
        unanswered.removeIf(CompletableFuture::isDone);
        unanswered.add(writer.append(batch, operation).handle((ack, refusal) -> answered(sent, ack, refusal)));
    }

    private boolean answered(List<Long> sent, @Nullable Ack ack, @Nullable Throwable refusal) {
        if (ack != null) {
            stored.addAndGet(ack.rowsStored());
            ack.rowErrors().forEach(why -> reports.refused(number(sent, why), why));
            reports.alsoRefused(ack.rowsRefused() - ack.rowErrors().size());
        } else if (refusal instanceof FloeException why && why.code().kind() == ErrorKind.INVALID) {
            reports.refused(number(sent, why), why);
            reports.alsoRefused(sent.size() - 1L);
        } else {
            FloeException why = refusal instanceof FloeException known
                    ? known
                    : new FloeException(ErrorCode.DEFECT, "sending failed: " + refusal, refusal);
            failure.compareAndSet(null, why.at("rows " + sent.get(0) + " and following"));
        }
        return ack != null;
    }

    private static long number(List<Long> sent, FloeException why) {
        long row = why.row();
        return row >= 0 && row < sent.size() ? sent.get((int) row) : sent.get(0);
    }
}
