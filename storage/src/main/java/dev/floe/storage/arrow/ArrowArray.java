package dev.floe.storage.arrow;

import dev.floe.storage.column.Validity;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One array of a record batch: its field, its slots and the buffers that hold them.
 *
 * <p>Buffers are at least as long as the slots need. A dictionary-coded array has its codes in {@code values}.
 */
public record ArrowArray(
        ArrowField field,
        int length,
        Validity validity,
        ByteBuffer offsets,
        ByteBuffer values,
        List<ByteBuffer> viewData,
        List<ArrowArray> children) {
    public ArrowArray {
        viewData = List.copyOf(viewData);
        children = List.copyOf(children);
    }

    public ArrowType type() {
        return field.type();
    }

    public boolean isNull(int slot) {
        return !validity.isPresent(slot);
    }

    /** An integer of a width and sign; unsigned 64-bit values beyond a long come out negative. */
    public long integer(ArrowType.Ints type, int slot) {
        return switch (type.bits()) {
            case Byte.SIZE -> type.signed() ? values.get(slot) : Byte.toUnsignedLong(values.get(slot));
            case Short.SIZE -> {
                short value = values.getShort(slot * Short.BYTES);
                yield type.signed() ? value : Short.toUnsignedLong(value);
            }
            case Integer.SIZE -> {
                int value = values.getInt(slot * Integer.BYTES);
                yield type.signed() ? value : Integer.toUnsignedLong(value);
            }
            default -> values.getLong(slot * Long.BYTES);
        };
    }
}
