package dev.floe.storage.column;

/** Vector of 64-bit floats. */
public final class DoubleVector implements Vector {
    private final double[] values;
    private final int size;
    private final Validity validity;

    /** Takes ownership of the values, of which the first {@code size} count. */
    public DoubleVector(double[] values, int size, Validity validity) {
        this.values = values;
        this.size = size;
        this.validity = validity;
    }

    public double value(int row) {
        return values[row];
    }

    /** The backing array, at least {@link #size} long, not to be written to. */
    public double[] values() {
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
