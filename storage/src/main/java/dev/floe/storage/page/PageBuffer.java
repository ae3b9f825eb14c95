package dev.floe.storage.page;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Growing bytes with little-endian numbers, of which loops fill reserved parts themselves. */
final class PageBuffer {
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int CAPACITY_AT_FIRST = 1 << 10;
    private static final int SEVEN_BITS = 0x7F;

    private byte[] bytes = new byte[CAPACITY_AT_FIRST];
    private int size;

    /** The backing array, which {@link #reserve} may replace. */
    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /** Makes room for bytes to be filled in by the caller; returns where they start. */
    int reserve(int count) {
        int start = size;
        int end = Math.addExact(start, count);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, bytes.length * 2L)));
        }
        size = end;
        return start;
    }

    void putByte(int value) {
        int at = reserve(1);
        bytes[at] = (byte) value;
    }

    void putInt(int value) {
        int at = reserve(Integer.BYTES);
        INTS.set(bytes, at, value);
    }

    void putLong(long value) {
        int at = reserve(Long.BYTES);
        LONGS.set(bytes, at, value);
    }

    void put(byte[] source, int start, int count) {
        int at = reserve(count);
        System.arraycopy(source, start, bytes, at, count);
    }

    /** Seven bits a byte, least significant first, as Parquet's run headers are. */
    void putUnsignedVarInt(int value) {
        int rest = value;
        while ((rest & ~SEVEN_BITS) != 0) {
            putByte((rest & SEVEN_BITS) | ~SEVEN_BITS);
            rest >>>= 7;
        }
        putByte(rest);
    }

    void setInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    void clear() {
        size = 0;
    }
}
