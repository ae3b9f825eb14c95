package dev.floe.storage.arrow;

import dev.floe.core.error.FloeException;
import dev.floe.core.error.ShownText;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.Vector;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Byte strings out of Arrow's layouts. */
public final class ArrowBytes {
    private static final int VIEW_BYTES = 16;
    private static final int INLINE_BYTES_MAX = 12;
    private static final int UUID_BYTES = 16;

    private ArrowBytes() {}

    public static BytesVector offsets(ArrowArray array, ArrowType.Layout layout, DecodedBytes decoded) {
        int[] offsets = offsets(
                array, layout == ArrowType.Layout.OFFSETS_64, array.values().remaining());
        int first = offsets[0];
        int length = offsets[array.length()] - first;
        decoded.add(length);
        byte[] data = new byte[length];
        array.values().get(first, data);
        for (int slot = 0; slot <= array.length(); slot++) {
            offsets[slot] -= first;
        }
        return BytesVector.plain(offsets, data, array.length(), array.validity());
    }

    /** Offsets that rise from at least 0 to at most {@code end}. */
    public static int[] offsets(ArrowArray array, boolean large, int end) {
        int[] offsets = new int[array.length() + 1];
        long last = 0;
        for (int slot = 0; slot <= array.length(); slot++) {
            long offset = large
                    ? array.offsets().getLong(slot * Long.BYTES)
                    : array.offsets().getInt(slot * Integer.BYTES);
            if (offset < last || offset > end) {
                throw ArrowFrames.malformed(
                        "the field " + ShownText.of(array.field().name()) + " has the offset " + offset + " after "
                                + last + ", with an end of " + end);
            }
            offsets[slot] = (int) offset;
            last = offset;
        }
        return offsets;
    }

    /** Views hold up to 12 bytes themselves, and point into a data buffer for more. */
    public static BytesVector views(ArrowArray array, DecodedBytes decoded) {
        int[] offsets = new int[array.length() + 1];
        byte[] data = new byte[array.length() * INLINE_BYTES_MAX];
        int end = 0;
        for (int slot = 0; slot < array.length(); slot++) {
            int view = slot * VIEW_BYTES;
            int length = array.isNull(slot) ? 0 : array.values().getInt(view);
            if (length < 0) {
                throw malformedView(array, slot);
            }
            decoded.add(length);
            if (length > data.length - end) {
                data = Arrays.copyOf(data, Math.max(2 * data.length, end + length));
            }
            if (length <= INLINE_BYTES_MAX) {
                array.values().get(view + Integer.BYTES, data, end, length);
            } else {
                int buffer = array.values().getInt(view + 2 * Integer.BYTES);
                int offset = array.values().getInt(view + 3 * Integer.BYTES);
                if (buffer < 0 || buffer >= array.viewData().size() || offset < 0) {
                    throw malformedView(array, slot);
                }
                ByteBuffer from = array.viewData().get(buffer);
                if (offset > from.limit() - length) {
                    throw malformedView(array, slot);
                }
                from.get(/* index= */ offset, data, /* offset= */ end, length);
            }
            end += length;
            offsets[slot + 1] = end;
        }
        return BytesVector.plain(offsets, Arrays.copyOf(data, end), array.length(), array.validity());
    }

    public static BytesVector fixed(ArrowArray array, int width, DecodedBytes decoded) {
        decoded.add((long) width * array.length());
        byte[] data = new byte[width * array.length()];
        array.values().get(0, data);
        int[] offsets = new int[array.length() + 1];
        for (int slot = 1; slot <= array.length(); slot++) {
            offsets[slot] = slot * width;
        }
        return BytesVector.plain(offsets, data, array.length(), array.validity());
    }

    public static Vector uuids(ArrowArray array, FloeException otherwise) {
        if (!(array.type() instanceof ArrowType.FixedBytes fixed) || fixed.width() != UUID_BYTES) {
            throw otherwise;
        }
        byte[] data = new byte[UUID_BYTES * array.length()];
        array.values().get(0, data);
        return new FixedVector(data, UUID_BYTES, array.length(), array.validity());
    }

    private static FloeException malformedView(ArrowArray array, int slot) {
        return ArrowFrames.malformed(
                "the field " + ShownText.of(array.field().name()) + " has a view that points nowhere, in slot " + slot);
    }
}
