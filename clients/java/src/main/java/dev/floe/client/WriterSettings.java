package dev.floe.client;

import java.time.Duration;

/**
 * Limits of one append stream.
 *
 * <p>{@code blockMax} bounds how long an append waits at the in-flight limits before it fails with OVERLOADED.
 * {@code resendMax} is how often a broken stream is opened again with its unacked batches sent anew; 0, the default,
 * fails them with OUTCOME_UNKNOWN instead. Resending is at-least-once: an append table may get a batch twice.
 */
public record WriterSettings(long inFlightBytesMax, int inFlightBatchesMax, Duration blockMax, int resendMax) {
    private static final long IN_FLIGHT_BYTES_MAX = 32L << 20;
    private static final int IN_FLIGHT_BATCHES_MAX = 256;

    public WriterSettings {
        if (inFlightBytesMax < 1 || inFlightBatchesMax < 1 || resendMax < 0) {
            throw new IllegalArgumentException("limits of a writer must be positive");
        }
    }

    public static WriterSettings defaults() {
        return new WriterSettings(IN_FLIGHT_BYTES_MAX, IN_FLIGHT_BATCHES_MAX, Duration.ofMinutes(1), 0);
    }

    public WriterSettings withInFlightBatchesMax(int batches) {
        return new WriterSettings(inFlightBytesMax, batches, blockMax, resendMax);
    }

    public WriterSettings withResendMax(int resends) {
        return new WriterSettings(inFlightBytesMax, inFlightBatchesMax, blockMax, resends);
    }
}
