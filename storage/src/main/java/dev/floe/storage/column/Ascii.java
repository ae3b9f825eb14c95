package dev.floe.storage.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are ASCII, and so UTF-8 wherever they are cut: what nearly all text is, eight bytes at a look. */
public final class Ascii {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Ascii() {}

    /** True where no byte before {@code end} has its highest bit set. */
    public static boolean is(byte[] data, int end) {
        long all = 0;
        int i = 0;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            all |= (long) LONGS.get(data, i);
        }
        for (; i < end; i++) {
            // keeps its sign
            all |= data[i];
        }
        return (all & HIGH_BITS) == 0;
    }
}
