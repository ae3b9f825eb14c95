package dev.floe.storage.log;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** Key of a log record: the table id (16 bytes, big endian) and the bucket (4 bytes). */
public record LogKey(UUID tableId, int bucket) {
    private static final int BYTES = 2 * Long.BYTES + Integer.BYTES;

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(tableId.getMostSignificantBits())
                .putLong(tableId.getLeastSignificantBits())
                .putInt(bucket)
                .array();
    }

    /** Empty where the bytes are no key. */
    public static Optional<LogKey> decode(byte[] bytes) {
        if (bytes.length != BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return Optional.of(new LogKey(new UUID(in.getLong(), in.getLong()), in.getInt()));
    }
}
