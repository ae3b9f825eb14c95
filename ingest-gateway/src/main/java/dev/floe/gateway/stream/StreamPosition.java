package dev.floe.gateway.stream;

import java.util.Map;

/**
 * How far a stream is.
 *
 * @param epoch of its newest writer, 0 for a stream that is not known
 * @param next every row below it is durable
 * @param offsets per bucket a log offset up to which all of those rows are
 */
public record StreamPosition(long epoch, long next, Map<Integer, Long> offsets) {
    static final StreamPosition UNKNOWN = new StreamPosition(0, 0, Map.of());

    public StreamPosition {
        offsets = Map.copyOf(offsets);
    }
}
