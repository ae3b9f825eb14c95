package dev.floe.storage.page;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;

/**
 * The least and the greatest of byte strings, in unsigned order.
 *
 * <p>Both have their first eight bytes beside them as a number, which settles nearly every comparison.
 */
final class BytesBounds {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = new byte[0];

    private byte[] min = NOTHING;
    private byte[] max = NOTHING;
    private long minPrefix;
    private long maxPrefix;
    private boolean empty = true;

    void add(byte[] data, int start, int length) {
        long prefix = prefix(data, start, length);
        if (empty) {
            empty = false;
            min = Arrays.copyOfRange(data, start, start + length);
            max = min;
            minPrefix = prefix;
            maxPrefix = prefix;
            return;
        }
        if (prefix <= minPrefix && isBelow(data, start, length, prefix)) {
            min = Arrays.copyOfRange(data, start, start + length);
            minPrefix = prefix;
        } else if (prefix >= maxPrefix && isAbove(data, start, length, prefix)) {
            max = Arrays.copyOfRange(data, start, start + length);
            maxPrefix = prefix;
        }
    }

    /** Adds both to statistics and begins anew. */
    void moveTo(Statistics<?> statistics) {
        if (!empty) {
            statistics.updateStats(Binary.fromConstantByteArray(min));
            statistics.updateStats(Binary.fromConstantByteArray(max));
        }
        empty = true;
    }

    private boolean isBelow(byte[] data, int start, int length, long prefix) {
        return prefix < minPrefix || Arrays.compareUnsigned(data, start, start + length, min, 0, min.length) < 0;
    }

    private boolean isAbove(byte[] data, int start, int length, long prefix) {
        return prefix > maxPrefix || Arrays.compareUnsigned(data, start, start + length, max, 0, max.length) > 0;
    }

    /** First eight bytes, zeros after the last, flipped so that signed order is theirs. */
    private static long prefix(byte[] data, int start, int length) {
        long prefix = 0;
        if (start + Long.BYTES <= data.length) {
            prefix = (long) LONGS.get(data, start);
            if (length < Long.BYTES) {
                prefix = length == 0 ? 0 : prefix & (-1L << ((Long.BYTES - length) * Byte.SIZE));
            }
        } else {
            for (int i = 0; i < Math.min(length, Long.BYTES); i++) {
                prefix |= (data[start + i] & 0xFFL) << ((Long.BYTES - 1 - i) * Byte.SIZE);
            }
        }
        return prefix ^ Long.MIN_VALUE;
    }
}
