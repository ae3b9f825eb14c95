package dev.floe.storage.column;

/** Vector of 64-bit integers, times and timestamps in microseconds, and small unscaled decimals. */
public final class LongVector implements Vector {
    private final long[] values;
    private final int size;
    private final Validity validity;

    /** Takes ownership of the values, of which the first {@code size} count. */
    public LongVector(long[] values, int size, Validity validity) {
        this.values = values;
        this.size = size;
        this.validity = validity;
    }

    public long value(int row) {
        return values[row];
    }

    /** The backing array, at least {@link #size} long, not to be written to. */
    public long[] values() {
        return values;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Validity validity() {
        return validity;
    }
}
