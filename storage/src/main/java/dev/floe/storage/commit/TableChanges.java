package dev.floe.storage.commit;

import java.util.UUID;

/**
 * Changes of one bucket at one checkpoint, encoded by BucketChangesCodec, on their way to the committer.
 *
 * @param generation of the table's writers that made them; those of an earlier one than the table's are void
 */
@SuppressWarnings("ArrayRecordComponent") // a message between operators: never compared, never changed
public record TableChanges(long tableHigh, long tableLow, long generation, long checkpointId, byte[] changes) {
    public UUID tableId() {
        return new UUID(tableHigh, tableLow);
    }
}
