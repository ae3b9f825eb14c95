package dev.floe.storage.index;

/** Hashes of the keys of consecutive rows, 128 bits each. */
public final class KeyHashes {
    private final long[] high;
    private final long[] low;

    /** Of so many rows, all to be set. */
    public KeyHashes(int rows) {
        this.high = new long[rows];
        this.low = new long[rows];
    }

    public long high(int row) {
        return high[row];
    }

    public long low(int row) {
        return low[row];
    }

    public int size() {
        return high.length;
    }

    public void set(int row, long highBits, long lowBits) {
        high[row] = highBits;
        low[row] = lowBits;
    }
}
