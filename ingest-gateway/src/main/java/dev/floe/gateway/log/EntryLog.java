package dev.floe.gateway.log;

import dev.floe.core.lifecycle.Component;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The log as a writer sees it.
 *
 * <p>Entries of a bucket are kept in the order of the calls that appended them. A future completes with the entry's
 * offset once the entry is durable, or with a FloeException: LOG_UNAVAILABLE where it was certainly not written,
 * OUTCOME_UNKNOWN where it may have been. Futures complete on the log's own thread: chain nothing slow.
 */
public interface EntryLog extends Component {
    CompletableFuture<Long> append(UUID tableId, int bucket, byte[] entry);

    /** Bytes of the largest entry it takes. */
    int entryBytesMax();
}
