package dev.floe.storage.column;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Vector of byte strings, plain or through a dictionary.
 *
 * <p>Slot {@code s} is {@code data[offsets[s]]} up to {@code data[offsets[s + 1]]}. Without a dictionary a row is its
 * slot; with one, row {@code r} is slot {@code codes[r]}.
 */
public final class BytesVector implements Vector {
    private final int[] offsets;
    private final byte[] data;
    private final int @Nullable [] codes;
    private final int dictionarySize;
    private final int size;
    private final Validity validity;

    private BytesVector(
            int[] offsets, byte[] data, int @Nullable [] codes, int dictionarySize, int size, Validity validity) {
        this.offsets = offsets;
        this.data = data;
        this.codes = codes;
        this.dictionarySize = dictionarySize;
        this.size = size;
        this.validity = validity;
    }

    /** Takes ownership; {@code offsets} has at least {@code size + 1} elements. */
    public static BytesVector plain(int[] offsets, byte[] data, int size, Validity validity) {
        return new BytesVector(offsets, data, null, 0, size, validity);
    }

    /** Takes ownership; codes of absent rows are valid indexes too. */
    public static BytesVector dictionary(
            int[] offsets, byte[] data, int dictionarySize, int[] codes, int size, Validity validity) {
        return new BytesVector(offsets, data, codes, dictionarySize, size, validity);
    }

    /** The slot that holds a row's bytes. */
    public int slot(int row) {
        int[] c = codes;
        return c == null ? row : c[row];
    }

    public int start(int row) {
        return offsets[slot(row)];
    }

    public int length(int row) {
        int slot = slot(row);
        return offsets[slot + 1] - offsets[slot];
    }

    /** A copy of a row's bytes as a string. */
    public String text(int row) {
        return new String(data, start(row), length(row), StandardCharsets.UTF_8);
    }

    /** Slot boundaries, not to be written to. */
    public int[] offsets() {
        return offsets;
    }

    /** Bytes of all slots, not to be written to. */
    public byte[] data() {
        return data;
    }

    /** Slot of each row, not to be written to; null without a dictionary. */
    public int @Nullable [] codes() {
        return codes;
    }

    /** Distinct slots; 0 without a dictionary. */
    public int dictionarySize() {
        return dictionarySize;
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
