package dev.floe.storage.index;

/**
 * Map from the 128-bit hash of a key to the {@link RowLocation} of its live row.
 *
 * <p>Open addressing with linear probing in one array of longs, three to a slot: both halves of the hash and the
 * location, which is never 0 where the slot is taken. A removal shifts the slots after it back, so there are no
 * tombstones and probes stay short. The hash stands for the key: with 10 billion keys in a bucket the chance that
 * any two agree is below 10<sup>-18</sup>. Not safe for threads.
 */
public final class KeyIndex {
    /** What {@link #get}, {@link #put} and {@link #remove} return where the key is absent. */
    public static final long ABSENT = 0;

    private static final int SLOT_LONGS = 3;
    private static final int CAPACITY_MIN = 1 << 4;
    private static final int CAPACITY_MAX = 1 << 29;

    private long[] slots;
    private int mask;
    private int size;
    private int sizeMax;

    public KeyIndex() {
        this(0);
    }

    /** Room for a number of keys without growing. */
    public KeyIndex(long expectedKeys) {
        long wanted = CAPACITY_MIN;
        while (sizeMax(wanted) < expectedKeys && wanted < CAPACITY_MAX) {
            wanted <<= 1;
        }
        slots = new long[(int) wanted * SLOT_LONGS];
        mask = (int) wanted - 1;
        sizeMax = (int) sizeMax(wanted);
    }

    public int size() {
        return size;
    }

    /** Bytes the index takes, and with {@link #size} the bytes a key takes. */
    public long memoryBytes() {
        return (long) slots.length * Long.BYTES;
    }

    /** The location of a key, or {@link #ABSENT}. */
    public long get(long high, long low) {
        long[] table = slots;
        for (int slot = (int) low & mask; ; slot = slot + 1 & mask) {
            int at = slot * SLOT_LONGS;
            long location = table[at + 2];
            if (location == ABSENT || (table[at] == high && table[at + 1] == low)) {
                return location;
            }
        }
    }

    /** Sets the location of a key and returns the one before, or {@link #ABSENT}. */
    public long put(long high, long low, long location) {
        if (location == ABSENT) {
            throw new IllegalArgumentException("0 is no location");
        }
        long[] table = slots;
        for (int slot = (int) low & mask; ; slot = slot + 1 & mask) {
            int at = slot * SLOT_LONGS;
            long before = table[at + 2];
            if (before == ABSENT) {
                table[at] = high;
                table[at + 1] = low;
                table[at + 2] = location;
                if (++size > sizeMax) {
                    grow();
                }
                return ABSENT;
            }
            if (table[at] == high && table[at + 1] == low) {
                table[at + 2] = location;
                return before;
            }
        }
    }

    /** Forgets a key and returns where it was, or {@link #ABSENT}. */
    public long remove(long high, long low) {
        long[] table = slots;
        for (int slot = (int) low & mask; ; slot = slot + 1 & mask) {
            int at = slot * SLOT_LONGS;
            long location = table[at + 2];
            if (location == ABSENT) {
                return ABSENT;
            }
            if (table[at] == high && table[at + 1] == low) {
                size--;
                closeGap(slot);
                return location;
            }
        }
    }

    /** Shows every key once, in no order; the index must not change meanwhile. */
    public void forEach(EntryVisitor visitor) {
        for (int at = 0; at < slots.length; at += SLOT_LONGS) {
            if (slots[at + 2] != ABSENT) {
                visitor.visit(slots[at], slots[at + 1], slots[at + 2]);
            }
        }
    }

    /** Sees one entry of an index. */
    @FunctionalInterface
    public interface EntryVisitor {
        void visit(long high, long low, long location);
    }

    /** Moves back each later slot of the probe run that would not be found behind an empty one. */
    private void closeGap(int removed) {
        long[] table = slots;
        int gap = removed;
        int slot = removed;
        while (true) {
            slot = slot + 1 & mask;
            int at = slot * SLOT_LONGS;
            if (table[at + 2] == ABSENT) {
                break;
            }
            int home = (int) table[at + 1] & mask;
            if ((slot - home & mask) >= (slot - gap & mask)) {
                System.arraycopy(table, at, table, gap * SLOT_LONGS, SLOT_LONGS);
                gap = slot;
            }
        }
        table[gap * SLOT_LONGS + 2] = ABSENT;
    }

    private void grow() {
        int capacity = mask + 1;
        if (capacity == CAPACITY_MAX) {
            throw new IllegalStateException(
                    "a bucket holds at most " + sizeMax + " keys; the table needs more buckets");
        }
        long[] old = slots;
        int grown = capacity << 1;
        long[] table = new long[grown * SLOT_LONGS];
        int grownMask = grown - 1;
        for (int from = 0; from < old.length; from += SLOT_LONGS) {
            if (old[from + 2] != ABSENT) {
                int slot = (int) old[from + 1] & grownMask;
                while (table[slot * SLOT_LONGS + 2] != ABSENT) {
                    slot = slot + 1 & grownMask;
                }
                System.arraycopy(old, from, table, slot * SLOT_LONGS, SLOT_LONGS);
            }
        }
        slots = table;
        mask = grownMask;
        sizeMax = (int) sizeMax(grown);
    }

    private static long sizeMax(long capacity) {
        return capacity - (capacity >>> 2);
    }
}
