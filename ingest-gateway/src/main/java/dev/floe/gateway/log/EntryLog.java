package dev.floe.gateway.log;

import dev.floe.core.lifecycle.Component;
import dev.floe.storage.log.LogId;
import dev.floe.storage.log.LogKey;
import java.util.Map;
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

    /** Which log it is; throws LOG_UNAVAILABLE. */
    LogId id();

    /**
     * Makes the next entry of each bucket come after an offset that something remembers.
     *
     * <p>Returns the buckets whose offset the log has lost, each with the offset that its partition ended before.
     * Throws LOG_UNAVAILABLE.
     */
    Map<LogKey, Long> extendPast(Map<LogKey, Long> remembered);

    /** Bytes of the largest entry it takes. */
    int entryBytesMax();
}
