package dev.floe.gateway.stream;

import dev.floe.core.lifecycle.Component;
import dev.floe.storage.log.LogKey;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * What all gateways agree on about streams: one order of claims and of progress.
 *
 * <p>Futures complete with LOG_UNAVAILABLE where the answer can't be had. They complete on the log's own thread: chain
 * nothing slow.
 */
public interface StreamLog extends Component {
    /** How far a stream is, everything counted that was answered anywhere before the call. */
    CompletableFuture<StreamPosition> position(StreamName stream);

    /**
     * Makes the caller the stream's writer; the position has the epoch it writes with.
     *
     * <p>From then on no writer of an earlier epoch can advance the stream. Throws STREAM_FENCED where another claimed
     * it in the same moment, OVERLOADED where a new one would be one too many.
     */
    CompletableFuture<StreamPosition> claim(StreamName stream);

    /** Per bucket the highest offset that any stream's progress names in the log of now; those are of acked rows. */
    Map<LogKey, Long> offsets();

    /** Epoch of the newest claim that was read here so far, 0 where there is none; asks nobody. */
    long claimed(StreamName stream);

    /** Streams that were read here and are not forgotten; asks nobody. */
    int streamCount();

    /** Those of one table. */
    int streamCount(UUID tableId);

    /** Says that all rows below {@code to.next()} are durable; false where a later writer has claimed the stream. */
    CompletableFuture<Boolean> advance(StreamName stream, StreamPosition to);
}
