package dev.floe.sql.tail;

import dev.floe.storage.index.ValueHasher;
import java.util.Arrays;

/** Finds rows of an entry by the hash of their values in a secondary index's columns; immutable. */
final class ValueRows {
    private final long[] hashes;
    /** By the hash's low bits: the last such row's number and one more, 0 where there is none. */
    private final int[] heads;
    /** By row: the row before it in the same chain, and one more. */
    private final int[] earlier;

    /** One hash a row; rows of {@link ValueHasher#NONE} are never found. */
    ValueRows(long[] hashes) {
        this.hashes = hashes;
        this.heads = new int[Integer.highestOneBit(Math.max(1, hashes.length)) << 1];
        this.earlier = new int[hashes.length];
        for (int row = 0; row < hashes.length; row++) {
            if (hashes[row] != ValueHasher.NONE) {
                int slot = slot(hashes[row]);
                earlier[row] = heads[slot];
                heads[slot] = row + 1;
            }
        }
    }

    /** The rows that have one of some distinct hashes, ascending. */
    int[] having(long[] wanted) {
        int[] rows = new int[8];
        int count = 0;
        for (long hash : wanted) {
            for (int at = heads[slot(hash)]; at != 0; at = earlier[at - 1]) {
                if (hashes[at - 1] == hash) {
                    rows = count == rows.length ? Arrays.copyOf(rows, count * 2) : rows;
                    rows[count++] = at - 1;
                }
            }
        }
        int[] found = Arrays.copyOf(rows, count);
        Arrays.sort(found);
        return found;
    }

    private int slot(long hash) {
        return (int) hash & (heads.length - 1);
    }
}
