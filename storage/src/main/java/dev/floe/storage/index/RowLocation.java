package dev.floe.storage.index;

/**
 * Where a row is, packed into a long: the number of its file, above the row's position in it.
 *
 * <p>Files are numbered by the bucket writer from {@link #FIRST_FILE} up; rows of the memtable have file number
 * {@link #MEMTABLE}. A location is never 0.
 */
public final class RowLocation {
    public static final int MEMTABLE = 1;
    public static final int FIRST_FILE = 2;
    /** Rows a file may have, so that positions fit. */
    public static final long POSITION_MAX = 0xFFFF_FFFFL;

    private RowLocation() {}

    public static long of(int file, long position) {
        return (long) file << Integer.SIZE | position;
    }

    public static int file(long location) {
        return (int) (location >>> Integer.SIZE);
    }

    public static long position(long location) {
        return location & POSITION_MAX;
    }
}
