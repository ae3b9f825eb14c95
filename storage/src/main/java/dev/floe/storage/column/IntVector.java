package dev.floe.storage.column;

/** Vector of 32-bit integers, and of dates as days since 1970-01-01. */
public final class IntVector implements Vector {
    private final int[] values;
    private final int size;
    private final Validity validity;

    /** Takes ownership of the values, of which the first {@code size} count. */
    public IntVector(int[] values, int size, Validity validity) {
        this.values = values;
        this.size = size;
        this.validity = validity;
    }

    public int value(int row) {
        return values[row];
    }

    /** The backing array, at least {@link #size} long, not to be written to. */
    public int[] values() {
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
