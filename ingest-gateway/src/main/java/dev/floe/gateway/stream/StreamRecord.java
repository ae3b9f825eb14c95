package dev.floe.gateway.stream;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A record of the streams' topic.
 *
 * <pre>
 *   key    table id (16 bytes), epoch (8), name (UTF-8)
 *   value  format version 1 (1 byte), sender (8), ticket (8), next offset (8; -1 in a claim),
 *          number of buckets (4), then bucket (4) and log offset (8) of each; then the log that the offsets are of
 *          (4, a hash of its topic's id), missing in older records
 * </pre>
 *
 * <p>A name is empty in a record that says nothing and only marks a place in the topic. {@code sender} and
 * {@code ticket} let the sender know its record when it reads it.
 */
record StreamRecord(StreamPlace place, long sender, long ticket, StreamPosition position, int log) {
    /** No log in particular. */
    static final int NO_LOG = 0;

    private static final byte VERSION = 1;
    private static final int KEY_BYTES = 3 * Long.BYTES;
    private static final int VALUE_BYTES = 1 + 3 * Long.BYTES + Integer.BYTES;
    private static final int BUCKET_BYTES = Integer.BYTES + Long.BYTES;

    /** A table and a name, which may be empty here. */
    record StreamPlace(UUID tableId, String name) {}

    byte[] key() {
        byte[] name = place.name().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(KEY_BYTES + name.length)
                .putLong(place.tableId().getMostSignificantBits())
                .putLong(place.tableId().getLeastSignificantBits())
                .putLong(position.epoch())
                .put(name)
                .array();
    }

    byte[] value() {
        ByteBuffer out = ByteBuffer.allocate(VALUE_BYTES + position.offsets().size() * BUCKET_BYTES + Integer.BYTES);
        out.put(VERSION)
                .putLong(sender)
                .putLong(ticket)
                .putLong(position.next())
                .putInt(position.offsets().size());
        position.offsets().forEach((bucket, offset) -> out.putInt(bucket).putLong(offset));
        return out.putInt(log).array();
    }

    /** Empty where the bytes are no record. */
    static Optional<StreamRecord> decode(byte[] key, byte[] value) {
        try {
            ByteBuffer in = ByteBuffer.wrap(key);
            UUID table = new UUID(in.getLong(), in.getLong());
            long epoch = in.getLong();
            String name = StandardCharsets.UTF_8.decode(in).toString();
            ByteBuffer rest = ByteBuffer.wrap(value);
            if (rest.get() != VERSION) {
                return Optional.empty();
            }
            long sender = rest.getLong();
            long ticket = rest.getLong();
            long next = rest.getLong();
            Map<Integer, Long> offsets = new HashMap<>();
            for (int left = rest.getInt(); left > 0; left--) {
                offsets.put(rest.getInt(), rest.getLong());
            }
            StreamPosition position = new StreamPosition(epoch, next, offsets);
            int log = rest.remaining() < Integer.BYTES ? NO_LOG : rest.getInt();
            return Optional.of(new StreamRecord(new StreamPlace(table, name), sender, ticket, position, log));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }
}
