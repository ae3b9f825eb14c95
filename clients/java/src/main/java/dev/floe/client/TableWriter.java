package dev.floe.client;

import java.util.concurrent.CompletableFuture;

/**
 * Writer to one table: many batches in flight, acked in their order; safe for use by several threads.
 *
 * <p>A future fails with the batch's error and the writer goes on; when its connection breaks and can't be opened
 * again, or another writer took its stream over, all unacked futures fail. Futures complete on the connection's thread,
 * which reads for other connections too: don't block in what is chained to them.
 */
public interface TableWriter extends AutoCloseable {
    /** Sends a batch; waits at the in-flight limits, and throws OVERLOADED when that takes too long. */
    CompletableFuture<Ack> append(Batch batch, Operation operation);

    default CompletableFuture<Ack> append(Batch batch) {
        return append(batch, Operation.DEFAULT);
    }

    /**
     * Offset in the stream of the row that is appended next, counted from 0; waits until the connection is open.
     *
     * <p>Of a lasting stream that was opened anew, every row below it is durable. Throws INVALID_ARGUMENT where the
     * writer has no stream.
     */
    long nextOffset();

    /** Waits until every batch sent so far has its answer; failures stay with their futures. */
    void flush();

    /** Flushes and ends the stream. */
    @Override
    void close();
}
