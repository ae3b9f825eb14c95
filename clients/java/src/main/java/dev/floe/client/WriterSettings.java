package dev.floe.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits of a writer, and the stream it writes.
 *
 * <p>A stream makes the writer exactly-once: rows sent again, after an ack was lost or on another connection, are not
 * stored twice. By default each writer has a stream of its own, which ends with it. A stream with a name lasts: a
 * writer that opens it anew goes on at {@link TableWriter#nextOffset()}, and fences a writer that has it still. Rows
 * that the other had on their way may arrive under the same offsets: go on with the same rows, or end the other first.
 * Without a stream, rows that are sent again may be stored twice in an append table.
 *
 * @param inFlightBytesMax bytes of batches without an ack; beyond, appending waits
 * @param inFlightBatchesMax their number
 * @param blockMax how long appending waits at these limits before it fails with OVERLOADED
 * @param resendMax how often in a row a broken connection is opened again and sent its unacked batches
 * @param stream the name of a lasting stream; empty for the writer's own; null for none
 */
public record WriterSettings(
        long inFlightBytesMax,
        int inFlightBatchesMax,
        Duration blockMax,
        int resendMax,
        @Nullable String stream) {
    private static final long IN_FLIGHT_BYTES_MAX = 32L << 20;
    private static final int IN_FLIGHT_BATCHES_MAX = 256;
    private static final int RESEND_MAX = 60;

    public WriterSettings {
        if (inFlightBytesMax < 1 || inFlightBatchesMax < 1 || resendMax < 0) {
            throw new IllegalArgumentException("limits of a writer must be positive");
        }
    }

    public static WriterSettings defaults() {
        return new WriterSettings(IN_FLIGHT_BYTES_MAX, IN_FLIGHT_BATCHES_MAX, Duration.ofMinutes(1), RESEND_MAX, "");
    }

    public WriterSettings withInFlightBatchesMax(int batches) {
        return new WriterSettings(inFlightBytesMax, batches, blockMax, resendMax, stream);
    }

    public WriterSettings withResendMax(int resends) {
        return new WriterSettings(inFlightBytesMax, inFlightBatchesMax, blockMax, resends, stream);
    }

    /** Writes a lasting stream. */
    public WriterSettings withStream(String name) {
        return new WriterSettings(inFlightBytesMax, inFlightBatchesMax, blockMax, resendMax, name);
    }

    /** At least once, and without resending: what is not acked has an unknown outcome. */
    public WriterSettings withoutStream() {
        return new WriterSettings(inFlightBytesMax, inFlightBatchesMax, blockMax, 0, null);
    }
}
