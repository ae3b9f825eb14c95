package dev.floe.storage.column;

/** Vector of 32-bit floats. */
public final class FloatVector implements Vector {
    private final float[] values;
    private final int size;
    private final Validity validity;

    /** Takes ownership of the values, of which the first {@code size} count. */
    public FloatVector(float[] values, int size, Validity validity) {
        this.values = values;
        this.size = size;
        this.validity = validity;
    }

    public float value(int row) {
        return values[row];
    }

    /** The backing array, at least {@link #size} long, not to be written to. */
    public float[] values() {
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
