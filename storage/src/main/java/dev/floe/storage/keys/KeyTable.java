package dev.floe.storage.keys;

import dev.floe.storage.index.KeyHashes;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.Sidecar;

/**
 * Where the live row of each key of a bucket is.
 *
 * <p>Every implementation gives the same answers; they differ in memory and speed. Not safe for threads.
 */
public interface KeyTable {
    /** Knows which rows of files are dead. */
    @FunctionalInterface
    interface DeadRows {
        /** True where the row at a location in a file is dead. */
        boolean isDead(long location);
    }

    /**
     * Takes a batch of keys in order and tells where each key's live row was before.
     *
     * <p>A location of {@link dev.floe.storage.index.KeyIndex#ABSENT} removes the key. The caller marks every row at
     * a previous location as dead before it calls again: a table may rely on it.
     *
     * @param locations for each key of the batch, where its live row is now
     * @param previous receives for each key where it was, or ABSENT
     */
    void swap(KeyHashes keys, long[] locations, long[] previous);

    /** Rows that {@link #expect} is good for at a time. */
    int EXPECTED_ROWS = 256;

    /** Tells of keys, about {@value #EXPECTED_ROWS}, that will be asked for or moved next; changes nothing. */
    void expect(KeyHashes keys, int from, int to);

    /** Tells for a batch of keys where each one's live row is, or ABSENT. */
    void get(KeyHashes keys, long[] locations);

    /** Follows the live row of a key to another place. */
    void move(long high, long low, long location);

    /** Takes note of a file that rows have been moved to. */
    void addFile(int number, OpenSidecar<Sidecar> sidecar);

    /** Forgets a file without a live row in it. */
    void removeFile(int number);

    /** Lets go of what can be found in files again; all rows have to be in files. */
    void trim();

    /** Live keys. */
    long size();

    /** Heap it takes; mapped files are not heap. */
    long memoryBytes();
}
