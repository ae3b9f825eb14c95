package dev.floe.sql.scan;

import dev.floe.sql.tail.TailIdentity;
import java.util.UUID;

/**
 * Which rows a table has at a cut.
 *
 * <p>Invariant: cuts of equal identity have the same rows, as a snapshot and an entry of the log never change.
 *
 * @param snapshotId 0 where the table has none yet
 */
public record CutIdentity(UUID tableId, long snapshotId, TailIdentity tail) {
    private static final int FIXED_BYTES = 120;

    /** Heap that it takes, about. */
    public long bytes() {
        return FIXED_BYTES + tail.bytes();
    }
}
