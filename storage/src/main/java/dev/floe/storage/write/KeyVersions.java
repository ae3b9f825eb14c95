package dev.floe.storage.write;

/**
 * The version of each live key of a bucket: open addressing on primitive arrays, 33 to 67 bytes a key.
 *
 * <p>Only tables that name a version column have one. It holds the keys that the key index holds, by the same hashes;
 * apart from it, since where a row is changes without its version. Not safe for threads.
 */
final class KeyVersions {
    private static final int CAPACITY_MIN = 16;
    private static final int SLOT_BYTES = 3 * Long.BYTES + 1;

    private long[] high = new long[CAPACITY_MIN];
    private long[] low = new long[CAPACITY_MIN];
    private long[] versions = new long[CAPACITY_MIN];
    private boolean[] used = new boolean[CAPACITY_MIN];
    private int size;

    int size() {
        return size;
    }

    long memoryBytes() {
        return (long) used.length * SLOT_BYTES;
    }

    /** Takes the version of a key's new row; false, and nothing changes, where the key has a greater one. */
    boolean put(long keyHigh, long keyLow, long version) {
        int slot = find(keyHigh, keyLow);
        if (used[slot]) {
            if (versions[slot] > version) {
                return false;
            }
            versions[slot] = version;
            return true;
        }
        used[slot] = true;
        high[slot] = keyHigh;
        low[slot] = keyLow;
        versions[slot] = version;
        size++;
        if (size > used.length / 4 * 3) {
            grow();
        }
        return true;
    }

    /** Forgets a key; false, and nothing changes, where it has a greater version. */
    boolean remove(long keyHigh, long keyLow, long version) {
        int slot = find(keyHigh, keyLow);
        if (!used[slot]) {
            return true;
        }
        if (versions[slot] > version) {
            return false;
        }
        closeGap(slot);
        size--;
        return true;
    }

    /** The slot of the key, or the free one it would take. */
    private int find(long keyHigh, long keyLow) {
        int mask = used.length - 1;
        int slot = home(keyHigh, keyLow);
        while (used[slot] && (high[slot] != keyHigh || low[slot] != keyLow)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int home(long keyHigh, long keyLow) {
        return (int) (keyHigh ^ keyLow) & (used.length - 1);
    }

    /** Moves back what was pushed past the slot, so that no search ends too early (Knuth 6.4, algorithm R). */
    private void closeGap(int removed) {
        int mask = used.length - 1;
        int gap = removed;
        int slot = removed;
        while (true) {
            slot = (slot + 1) & mask;
            if (!used[slot]) {
                used[gap] = false;
                return;
            }
            int home = home(high[slot], low[slot]);
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                high[gap] = high[slot];
                low[gap] = low[slot];
                versions[gap] = versions[slot];
                gap = slot;
            }
        }
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        long[] oldVersions = versions;
        boolean[] oldUsed = used;
        int capacity = Math.multiplyExact(oldUsed.length, 2);
        high = new long[capacity];
        low = new long[capacity];
        versions = new long[capacity];
        used = new boolean[capacity];
        for (int i = 0; i < oldUsed.length; i++) {
            if (oldUsed[i]) {
                int slot = find(oldHigh[i], oldLow[i]);
                used[slot] = true;
                high[slot] = oldHigh[i];
                low[slot] = oldLow[i];
                versions[slot] = oldVersions[i];
            }
        }
    }
}
