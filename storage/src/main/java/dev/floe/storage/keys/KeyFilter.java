package dev.floe.storage.keys;

import dev.floe.storage.index.KeyIndex;

/**
 * Says of a key that it is definitely not in a file, or that it may be.
 *
 * <p>A Bloom filter in blocks of a cache line: the leading bits of a hash choose the block, in the order of hashes, so
 * that a sorted batch walks through the filter; six others set bits in it. At 10 bits a key about one in fifty absent
 * keys passes.
 */
final class KeyFilter {
    private static final int BITS_PER_KEY = 10;
    private static final int BLOCK_LONGS = 8;
    private static final int BLOCK_BITS = BLOCK_LONGS * Long.SIZE;
    private static final int PROBES = 6;
    /** Bits that tell the 512 of a block apart. */
    private static final int PROBE_BITS = 9;

    private final long[] words;
    private final long blocks;

    KeyFilter(int expectedKeys) {
        blocks = Math.max(1, ((long) expectedKeys * BITS_PER_KEY + BLOCK_BITS - 1) / BLOCK_BITS);
        words = new long[Math.toIntExact(blocks * BLOCK_LONGS)];
    }

    void add(long high, long low) {
        int block = block(high);
        long probes = probes(high, low);
        for (int i = 0; i < PROBES; i++) {
            int bit = (int) probes & (BLOCK_BITS - 1);
            words[block + bit / Long.SIZE] |= 1L << bit;
            probes >>>= PROBE_BITS;
        }
    }

    boolean mayContain(long high, long low) {
        int block = block(high);
        long probes = probes(high, low);
        for (int i = 0; i < PROBES; i++) {
            int bit = (int) probes & (BLOCK_BITS - 1);
            if ((words[block + bit / Long.SIZE] & 1L << bit) == 0) {
                return false;
            }
            probes >>>= PROBE_BITS;
        }
        return true;
    }

    long memoryBytes() {
        return (long) words.length * Long.BYTES;
    }

    private int block(long high) {
        return (int) (((high >>> Integer.SIZE) * blocks) >>> Integer.SIZE) * BLOCK_LONGS;
    }

    /** Bits that have no part in choosing the block. */
    private static long probes(long high, long low) {
        return (high << Integer.SIZE) | Integer.toUnsignedLong(KeyIndex.tail(low));
    }
}
