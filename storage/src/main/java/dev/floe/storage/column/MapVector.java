package dev.floe.storage.column;

/** Vector of maps: row {@code r} is the pairs from {@code offsets[r]} up to {@code offsets[r + 1]}. */
public final class MapVector implements Vector {
    private final int[] offsets;
    private final Vector keys;
    private final Vector values;
    private final int size;
    private final Validity validity;

    /** Takes ownership; {@code offsets} has at least {@code size + 1} elements; keys are never absent. */
    public MapVector(int[] offsets, Vector keys, Vector values, int size, Validity validity) {
        this.offsets = offsets;
        this.keys = keys;
        this.values = values;
        this.size = size;
        this.validity = validity;
    }

    /** Row boundaries, not to be written to. */
    public int[] offsets() {
        return offsets;
    }

    public Vector keys() {
        return keys;
    }

    public Vector values() {
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
