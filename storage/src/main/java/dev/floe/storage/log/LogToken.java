package dev.floe.storage.log;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Position in the log that an ack names: the last offset it wrote in each bucket of a table.
 *
 * <p>Bytes: version 1, the table id (16), the number of buckets (int), then bucket (int) and offset (long) of each.
 */
public record LogToken(UUID tableId, Map<Integer, Long> offsets) {
    private static final byte VERSION = 1;
    private static final int BUCKET_BYTES = Integer.BYTES + Long.BYTES;

    public LogToken {
        offsets = Map.copyOf(offsets);
    }

    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(1 + 2 * Long.BYTES + Integer.BYTES + offsets.size() * BUCKET_BYTES);
        out.put(VERSION)
                .putLong(tableId.getMostSignificantBits())
                .putLong(tableId.getLeastSignificantBits())
                .putInt(offsets.size());
        new TreeMap<>(offsets).forEach((bucket, offset) -> out.putInt(bucket).putLong(offset));
        return out.array();
    }

    /** Throws INVALID_ARGUMENT where the bytes are no token. */
    public static LogToken decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (in.get() == VERSION) {
                UUID tableId = new UUID(in.getLong(), in.getLong());
                int count = in.getInt();
                if (in.remaining() == count * (long) BUCKET_BYTES) {
                    Map<Integer, Long> offsets = new TreeMap<>();
                    for (int i = 0; i < count; i++) {
                        offsets.put(in.getInt(), in.getLong());
                    }
                    return new LogToken(tableId, offsets);
                }
            }
        } catch (BufferUnderflowException e) {
            // falls through: too short to be a token
        }
        throw new FloeException(ErrorCode.INVALID_ARGUMENT, "these " + bytes.length + " bytes are not a token")
                .advise("pass a token as it came with an ack");
    }
}
