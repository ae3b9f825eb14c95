package dev.floe.storage.stream;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.UUID;

/**
 * A client's stream as the log names it: 128 bits of a hash (XXH3) of its table and the name the client gave it.
 *
 * <p>So an entry carries 16 bytes a stream whatever the name's length, and the same name on two tables is two streams.
 */
public record StreamId(long high, long low) {
    public static StreamId of(UUID tableId, String name) {
        HashValue128 hash = Hashing.xxh3_128()
                .hashStream()
                .putLong(tableId.getMostSignificantBits())
                .putLong(tableId.getLeastSignificantBits())
                .putString(name)
                .get();
        return new StreamId(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }
}
