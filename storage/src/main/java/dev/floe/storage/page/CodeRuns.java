package dev.floe.storage.page;

import java.util.Arrays;
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
    /** Most values that {@link #decode} gives before those that are asked for. */
    static final int LEAD_MAX = GROUP - 1;

    /** A header has five bytes at most. */
    private static final int SHIFT_MAX = 28;

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

    /**
     * Reads {@code count} values of {@code width} bits, which is at most 31, after the first {@code skipped} ones.
     *
     * <p>What is skipped is hardly looked at. Returns how many values before the wanted ones it wrote, at most
     * {@value #LEAD_MAX}. Throws IllegalArgumentException or IndexOutOfBoundsException where the bytes are no such
     * runs.
     */
    static int decode(byte[] bytes, int from, int end, int width, int[] values, int skipped, int count) {
        int at = from;
        long left = skipped;
        int lead = 0;
        int done = 0;
        while (done < lead + count) {
            int header = 0;
            int shift = 0;
            byte next;
            do {
                if (shift > SHIFT_MAX || at >= end) {
                    throw new IllegalArgumentException("a run has no header");
                }
                next = bytes[at++];
                header |= (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0);
            int run = header >>> 1;
            if (run == 0) {
                throw new IllegalArgumentException("a run is empty");
            }
            if ((header & 1) == 0) {
                int value = 0;
                for (int bits = 0; bits < width; bits += Byte.SIZE) {
                    value |= (bytes[at++] & 0xFF) << bits;
                }
                int passed = (int) Math.min(run, left);
                int repeated = Math.min(run - passed, lead + count - done);
                Arrays.fill(values, done, done + repeated, value);
                done += repeated;
                left -= passed;
            } else {
                long packed = (long) run * GROUP;
                int passed = (int) Math.min(packed, left) / GROUP;
                at += passed * width;
                left -= (long) passed * GROUP;
                packed -= (long) passed * GROUP;
                if (packed > 0) {
                    lead += (int) left;
                    left = 0;
                    int wanted = (int) Math.min(packed, lead + count - done);
                    at = unpack(bytes, at, end, width, values, done, wanted);
                    done += wanted;
                }
            }
        }
        return lead;
    }

    /** Reads the first {@code count} values. */
    static void decode(byte[] bytes, int from, int end, int width, int[] values, int count) {
        decode(bytes, from, end, width, values, 0, count);
    }

    /** True where values of one bit are all 1, in one run. */
    static boolean areAllOne(byte[] bytes, int from, int end, int count) {
        int header = 0;
        int shift = 0;
        int at = from;
        while (at < end && bytes[at] < 0 && shift < SHIFT_MAX) {
            header |= (bytes[at++] & 0x7F) << shift;
            shift += 7;
        }
        if (at + 1 >= end || bytes[at] < 0) {
            return false;
        }
        header |= bytes[at] << shift;
        return (header & 1) == 0 && header >>> 1 >= count && bytes[at + 1] == 1;
    }

    /** Returns where the groups end; the last may be cut short, as some writers do. */
    @SuppressWarnings("deprecation") // arrays are faster than buffers
    private static int unpack(byte[] bytes, int from, int end, int width, int[] values, int first, int count) {
        BytePacker packer = Packer.LITTLE_ENDIAN.newBytePacker(width);
        int at = from;
        int next = first;
        int last = first + count;
        while (next + FOUR_GROUPS <= last && at + 4 * width <= end) {
            packer.unpack32Values(bytes, at, values, next);
            next += FOUR_GROUPS;
            at += 4 * width;
        }
        int[] group = new int[GROUP];
        while (next < last) {
            int there = Math.min(width, end - at);
            if (there < ((long) Math.min(GROUP, last - next) * width + Byte.SIZE - 1) / Byte.SIZE) {
                throw new IllegalArgumentException("a packed run is cut off");
            }
            packer.unpack8Values(
                    there == width ? bytes : Arrays.copyOfRange(bytes, at, at + width),
                    there == width ? at : 0,
                    group,
                    0);
            int taken = Math.min(GROUP, last - next);
            System.arraycopy(group, 0, values, next, taken);
            next += taken;
            at += width;
        }
        return at;
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
