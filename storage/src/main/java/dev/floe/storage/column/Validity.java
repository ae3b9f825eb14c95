package dev.floe.storage.column;

import org.jspecify.annotations.Nullable;

/** Which slots of a vector hold a value: one bit a slot, least significant first, 1 means present. */
public final class Validity {
    private static final Validity ALL = new Validity(null);

    private final long @Nullable [] words;

    private Validity(long @Nullable [] words) {
        this.words = words;
    }

    /** Every slot is present. */
    public static Validity all() {
        return ALL;
    }

    /** Takes ownership of the words. */
    public static Validity of(long[] words) {
        return new Validity(words);
    }

    public boolean isPresent(int row) {
        long[] bits = words;
        return bits == null || (bits[row >>> 6] >>> row & 1L) != 0;
    }

    /** True where no slot can be absent; false says nothing. */
    public boolean isAll() {
        return words == null;
    }

    /** The words, not to be written to; null where every slot is present. */
    public long @Nullable [] words() {
        return words;
    }
}
