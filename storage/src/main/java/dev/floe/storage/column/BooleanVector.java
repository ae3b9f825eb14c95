package dev.floe.storage.column;

/** Vector of booleans. */
public final class BooleanVector implements Vector {
    private final boolean[] values;
    private final int size;
    private final Validity validity;

    /** Takes ownership of the values, of which the first {@code size} count. */
    public BooleanVector(boolean[] values, int size, Validity validity) {
        this.values = values;
        this.size = size;
        this.validity = validity;
    }

    public boolean value(int row) {
        return values[row];
    }

    /** The backing array, at least {@link #size} long, not to be written to. */
    public boolean[] values() {
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
