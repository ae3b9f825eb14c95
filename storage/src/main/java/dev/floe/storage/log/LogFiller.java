package dev.floe.storage.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A record without rows, of no table: it takes the place of an entry that the log has lost.
 *
 * <p>Tables and streams remember offsets. Where a log comes back shorter than what they remember, new entries would
 * have offsets that a table counts as contained; records of this kind go there instead. Its key is empty.
 */
public final class LogFiller {
    private static final byte[] VALUE = "floe: filler".getBytes(StandardCharsets.US_ASCII);

    private LogFiller() {}

    public static byte[] value() {
        return VALUE.clone();
    }

    public static boolean is(byte[] key, byte[] value) {
        return key.length == 0 && Arrays.equals(value, VALUE);
    }
}
