package dev.floe.storage.index;

/**
 * One range of hashes of a {@link KeyIndex}: open addressing in an array of ints, five to a slot.
 *
 * <p>A slot is the high half of the hash in two ints, the hash's tail, and the location in two ints; a free slot has
 * file number 0. A key's home is its hash scaled to the number of slots, so hashes in ascending order fill slots in
 * ascending order: loading a sorted sidecar and growing are sequential passes. A removal shifts the slots after it
 * back, so there are no tombstones. The number of slots is no power of two, so that a segment can grow by a third.
 */
final class IndexSegment {
    static final int SLOT_BYTES = 5 * Integer.BYTES;

    private static final int SLOT_INTS = 5;
    private static final int TAIL = 2;
    private static final int FILE = 3;
    private static final int POSITION = 4;
    private static final int CAPACITY_MIN = 8;

    private final int depth;
    private int capacity;
    private int[] slots;
    private int size;
    private int sizeMax;

    /**
     * A segment with room for a number of keys.
     *
     * @param depth leading bits of the hash that all keys of the segment share
     */
    IndexSegment(int depth, int expectedKeys) {
        this.depth = depth;
        this.capacity = capacityFor(expectedKeys);
        this.slots = new int[capacity * SLOT_INTS];
        this.sizeMax = sizeMax(capacity);
    }

    int depth() {
        return depth;
    }

    int size() {
        return size;
    }

    int capacity() {
        return capacity;
    }

    boolean isFull() {
        return size >= sizeMax;
    }

    long get(long high, int tail) {
        return location(find(high, tail));
    }

    /** Reads the home of a key, which is most of what a look at it waits for. */
    int touch(long high) {
        return slots[home(high) * SLOT_INTS + FILE];
    }

    /** Sets a location; where the key is new the segment must not be full. */
    long put(long high, int tail, long location) {
        int at = find(high, tail);
        long before = location(at);
        if (before == KeyIndex.ABSENT) {
            slots[at] = (int) (high >>> Integer.SIZE);
            slots[at + 1] = (int) high;
            slots[at + TAIL] = tail;
            size++;
        }
        slots[at + FILE] = (int) (location >>> Integer.SIZE);
        slots[at + POSITION] = (int) location;
        return before;
    }

    long remove(long high, int tail) {
        int at = find(high, tail);
        long before = location(at);
        if (before != KeyIndex.ABSENT) {
            size--;
            closeGap(at / SLOT_INTS);
        }
        return before;
    }

    void forEach(KeyIndex.EntryVisitor visitor) {
        for (int at = 0; at < slots.length; at += SLOT_INTS) {
            if (slots[at + FILE] != 0) {
                visitor.visit(high(at), slots[at + TAIL], location(at));
            }
        }
    }

    /** Makes room for a third more keys. */
    void grow() {
        int[] old = slots;
        capacity = Math.addExact(capacity, Math.max(CAPACITY_MIN, capacity / 3));
        slots = new int[Math.multiplyExact(capacity, SLOT_INTS)];
        sizeMax = sizeMax(capacity);
        size = 0;
        for (int at = 0; at < old.length; at += SLOT_INTS) {
            if (old[at + FILE] != 0) {
                append(old, at);
            }
        }
    }

    /** The two halves of the segment's range, each with room for its keys and as many again in proportion. */
    IndexSegment[] split() {
        int keys = size / 2 + size / 16;
        IndexSegment[] halves = {new IndexSegment(depth + 1, keys), new IndexSegment(depth + 1, keys)};
        for (int at = 0; at < slots.length; at += SLOT_INTS) {
            if (slots[at + FILE] != 0) {
                IndexSegment half = halves[(int) (high(at) >>> (Long.SIZE - 1 - depth)) & 1];
                if (half.isFull()) {
                    half.grow();
                }
                half.append(slots, at);
            }
        }
        return halves;
    }

    private void append(int[] from, int at) {
        int slot = home((long) from[at] << Integer.SIZE | Integer.toUnsignedLong(from[at + 1]));
        while (slots[slot * SLOT_INTS + FILE] != 0) {
            slot = next(slot);
        }
        copy(from, at, slots, slot * SLOT_INTS);
        size++;
    }

    /** Where the slot of a key begins, or the free slot where it would go. */
    private int find(long high, int tail) {
        int[] table = slots;
        int first = (int) (high >>> Integer.SIZE);
        int second = (int) high;
        int at = home(high) * SLOT_INTS;
        while (table[at + FILE] != 0) {
            if (table[at + 1] == second && table[at] == first && table[at + TAIL] == tail) {
                return at;
            }
            at += SLOT_INTS;
            if (at == table.length) {
                at = 0;
            }
        }
        return at;
    }

    /** Moves back each later slot of the probe run that would not be found behind an empty one. */
    private void closeGap(int removed) {
        int gap = removed;
        for (int slot = next(removed); slots[slot * SLOT_INTS + FILE] != 0; slot = next(slot)) {
            int home = home(high(slot * SLOT_INTS));
            if (distance(home, slot) >= distance(gap, slot)) {
                copy(slots, slot * SLOT_INTS, slots, gap * SLOT_INTS);
                gap = slot;
            }
        }
        slots[gap * SLOT_INTS + FILE] = 0;
        slots[gap * SLOT_INTS + POSITION] = 0;
    }

    /** Five ints are too few for System.arraycopy to pay. */
    private static void copy(int[] from, int at, int[] to, int toAt) {
        to[toAt] = from[at];
        to[toAt + 1] = from[at + 1];
        to[toAt + TAIL] = from[at + TAIL];
        to[toAt + FILE] = from[at + FILE];
        to[toAt + POSITION] = from[at + POSITION];
    }

    private int home(long high) {
        return (int) ((((high << depth) >>> Integer.SIZE) * capacity) >>> Integer.SIZE);
    }

    private int next(int slot) {
        return slot + 1 == capacity ? 0 : slot + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + capacity;
    }

    private long high(int at) {
        return (long) slots[at] << Integer.SIZE | Integer.toUnsignedLong(slots[at + 1]);
    }

    private long location(int at) {
        return (long) slots[at + FILE] << Integer.SIZE | Integer.toUnsignedLong(slots[at + POSITION]);
    }

    /** Three quarters of the slots at most, and one always free, so that every search ends. */
    private static int sizeMax(int capacity) {
        return capacity - (capacity >>> 2);
    }

    private static int capacityFor(int keys) {
        return Math.max(CAPACITY_MIN, Math.toIntExact(keys + keys / 3L + 2));
    }
}
