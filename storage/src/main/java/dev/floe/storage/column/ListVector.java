package dev.floe.storage.column;

/** Vector of lists: row {@code r} is the elements from {@code offsets[r]} up to {@code offsets[r + 1]}. */
public final class ListVector implements Vector {
    private final int[] offsets;
    private final Vector elements;
    private final int size;
    private final Validity validity;

    /** Takes ownership; {@code offsets} has at least {@code size + 1} elements. */
    public ListVector(int[] offsets, Vector elements, int size, Validity validity) {
        this.offsets = offsets;
        this.elements = elements;
        this.size = size;
        this.validity = validity;
    }

    /** Row boundaries, not to be written to. */
    public int[] offsets() {
        return offsets;
    }

    public Vector elements() {
        return elements;
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
