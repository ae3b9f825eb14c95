package dev.floe.client;

import java.util.concurrent.CompletableFuture;

/**
 * Append stream to one table: many batches in flight, acked in their order; safe for use by several threads.
 *
 * <p>A future fails with the batch's error and the stream goes on; when the stream itself breaks, all unacked futures
 * fail. Futures complete on the connection's thread: don't block in what is chained to them.
 */
public interface TableWriter extends AutoCloseable {
    /** Sends a batch; waits at the in-flight limits, and throws OVERLOADED when that takes too long. */
    CompletableFuture<Ack> append(Batch batch, Operation operation);

    default CompletableFuture<Ack> append(Batch batch) {
        return append(batch, Operation.DEFAULT);
    }

    /** Waits until every batch sent so far has its answer; failures stay with their futures. */
    void flush();

    /** Flushes and ends the stream. */
    @Override
    void close();
}
