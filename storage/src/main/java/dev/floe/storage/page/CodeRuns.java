package dev.floe.storage.page;

import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.values.bitpacking.BytePacker;
import org.apache.parquet.column.values.bitpacking.Packer;

/**
 * Parquet's hybrid of run lengths and bit packing, for dictionary codes and levels.
 *
 * <p>Eight or more equal values in a row become a run; others are packed by eights, up to {@value #GROUPS_MAX} eights
 * after a header, as parquet-java writes them. Source: the Encodings page of the Parquet format.
 */
final class CodeRuns {
    private static final int GROUP = 8;
    private static final int FOUR_GROUPS = 32;
    private static final int GROUPS_MAX = 63;

    private CodeRuns() {}

    /** Bits that the greatest of {@code count} codes from 0 on takes; 0 for one code. */
    static int width(int count) {
        return BytesUtils.getWidthFromMaxInt(count - 1);
    }

    /** Appends one value many times over. */
    static void constant(int value, int count, int width, PageBuffer out) {
        out.putUnsignedVarInt(count << 1);
        for (int bits = 0; bits < width; bits += Byte.SIZE) {
            out.putByte(value >>> bits);
        }
    }

    /** Appends the first {@code count} values, each of at most {@code width} bits. */
    static void encode(int[] values, int count, int width, PageBuffer out) {
        int literals = 0;
        int next = 0;
        while (next < count) {
            int run = runLength(values, next, count);
            if (run >= GROUP || next + run == count) {
                pack(values, literals, next, width, out);
                constant(values[next], run, width, out);
                next += run;
                literals = next;
                continue;
            }
            next += GROUP;
        }
        pack(values, literals, count, width, out);
    }

    private static int runLength(int[] values, int from, int count) {
        int value = values[from];
        int end = from + 1;
        while (end < count && values[end] == value) {
            end++;
        }
        return end - from;
    }

    private static void pack(int[] values, int from, int to, int width, PageBuffer out) {
        int next = from;
        while (next < to) {
            int groups = Math.min(GROUPS_MAX, (to - next + GROUP - 1) / GROUP);
            out.putUnsignedVarInt(groups << 1 | 1);
            int at = out.reserve(groups * width);
            pack(values, next, to, groups, width, out.bytes(), at);
            next += groups * GROUP;
        }
    }

    private static void pack(int[] values, int from, int to, int groups, int width, byte[] bytes, int start) {
        BytePacker packer = Packer.LITTLE_ENDIAN.newBytePacker(width);
        int next = from;
        int at = start;
        int end = from + groups * GROUP;
        while (next + FOUR_GROUPS <= Math.min(to, end)) {
            packer.pack32Values(values, next, bytes, at);
            next += FOUR_GROUPS;
            at += 4 * width;
        }
        while (next + GROUP <= to && next < end) {
            packer.pack8Values(values, next, bytes, at);
            next += GROUP;
            at += width;
        }
        if (next < end) {
            int[] padded = new int[GROUP];
            System.arraycopy(values, next, padded, 0, to - next);
            packer.pack8Values(padded, 0, bytes, at);
        }
    }
}
