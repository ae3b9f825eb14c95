package dev.floe.client;

import java.time.Instant;
import java.util.Map;

/**
 * A table as of its newest snapshot; id 0 where it has none yet.
 *
 * <p>{@code bucketOffsets} are the log offsets up to which the snapshot is complete; {@code location} is empty for
 * callers who are no admins.
 */
public record TableState(
        long snapshotId,
        Instant committedAt,
        long rowCount,
        long dataFiles,
        long dataBytes,
        long deleteVectors,
        Map<Integer, Long> bucketOffsets,
        String location) {
    public TableState {
        bucketOffsets = Map.copyOf(bucketOffsets);
    }
}
