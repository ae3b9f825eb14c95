package dev.floe.storage.column;

/** Vector of byte strings of one width: uuids, and unscaled decimals of precision above 18. */
public final class FixedVector implements Vector {
    private final byte[] data;
    private final int width;
    private final int size;
    private final Validity validity;

    /** Takes ownership of {@code data}: at least {@code size * width} bytes. */
    public FixedVector(byte[] data, int width, int size, Validity validity) {
        this.data = data;
        this.width = width;
        this.size = size;
        this.validity = validity;
    }

    /** Bytes of all slots one after another, not to be written to. */
    public byte[] data() {
        return data;
    }

    /** Bytes a slot. */
    public int width() {
        return width;
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
