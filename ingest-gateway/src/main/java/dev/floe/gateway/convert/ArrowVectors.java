package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.arrow.ArrowArray;
import dev.floe.storage.arrow.ArrowBytes;
import dev.floe.storage.arrow.ArrowFrames;
import dev.floe.storage.arrow.ArrowType;
import dev.floe.storage.arrow.DecodedBytes;
import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.Gather;
import dev.floe.storage.column.NullVectors;
import dev.floe.storage.column.Validity;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Turns Arrow arrays into vectors of a column's type.
 *
 * <p>A type that can't fit refuses the batch with WRONG_TYPE; a value that doesn't is added to the faults.
 */
final class ArrowVectors {
    private final Map<Long, ArrowArray> dictionaries;
    private final DecodedBytes decoded;

    ArrowVectors(Map<Long, ArrowArray> dictionaries, DecodedBytes decoded) {
        this.dictionaries = dictionaries;
        this.decoded = decoded;
    }

    Vector vector(ArrowArray array, Type type, Faults faults) {
        if (array.field().indexType() != null) {
            return coded(array, array.field().indexType(), type, faults);
        }
        ArrowType from = array.type();
        if (from instanceof ArrowType.Null) {
            return nulls(array, type);
        }
        if (from instanceof ArrowType.Bytes bytes && bytes.text() && ArrowText.reads(type)) {
            return ArrowText.vector(bytes(array, bytes), type, decoded, faults);
        }
        return switch (type.typeId()) {
            case BOOLEAN -> booleans(array, type);
            case INTEGER, LONG -> ArrowNumbers.integers(array, type, faults);
            case FLOAT, DOUBLE -> ArrowNumbers.floats(array, type, faults);
            case DECIMAL -> ArrowNumbers.decimals(array, (Types.DecimalType) type, faults);
            case DATE -> ArrowTemporals.dates(array, faults);
            case TIME -> ArrowTemporals.times(array, faults);
            case TIMESTAMP -> ArrowTemporals.timestamps(array, (Types.TimestampType) type, faults);
            case STRING, BINARY -> bytes(array, type);
            case UUID -> ArrowBytes.uuids(array, wrongType(array, type));
            case LIST, MAP, STRUCT -> new ArrowNested(this).vector(array, type, faults);
            case FIXED, TIMESTAMP_NANO, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY -> throw wrongType(array, type);
        };
    }

    /** Each slot was counted as one value; a struct has a value for each of its fields. */
    private Vector nulls(ArrowArray array, Type type) {
        decoded.add(array.length() * Math.max(0, NullVectors.bytesEach(type) - Long.BYTES));
        return VectorBuilder.nulls(type, array.length());
    }

    /** Counts a field that a struct's array lacks: whoever reads the rows makes it of nulls. */
    void absent(Type type, int slots) {
        decoded.add(slots * NullVectors.bytesEach(type));
    }

    static FloeException wrongType(ArrowArray array, Type type) {
        return new FloeException(
                        ErrorCode.WRONG_TYPE, "Arrow's type " + array.type() + " does not fit a column of type " + type)
                .at(array.field().name())
                .advise("cast it to the column's type before sending");
    }

    private static Vector booleans(ArrowArray array, Type type) {
        if (!(array.type() instanceof ArrowType.Bool)) {
            throw wrongType(array, type);
        }
        boolean[] values = new boolean[array.length()];
        for (int slot = 0; slot < values.length; slot++) {
            values[slot] = (array.values().get(slot >>> 3) >>> (slot & 7) & 1) != 0;
        }
        return new BooleanVector(values, values.length, array.validity());
    }

    private Vector bytes(ArrowArray array, Type type) {
        boolean text = type.typeId() == Type.TypeID.STRING;
        if (array.type() instanceof ArrowType.Bytes from && from.text() == text) {
            return bytes(array, from);
        }
        if (array.type() instanceof ArrowType.FixedBytes fixed && !text) {
            return ArrowBytes.fixed(array, fixed.width(), decoded);
        }
        throw wrongType(array, type);
    }

    private BytesVector bytes(ArrowArray array, ArrowType.Bytes from) {
        return switch (from.layout()) {
            case OFFSETS_32, OFFSETS_64 -> ArrowBytes.offsets(array, from.layout(), decoded);
            case VIEWS -> ArrowBytes.views(array, decoded);
        };
    }

    /** Values through a dictionary, which byte strings keep. */
    private Vector coded(ArrowArray array, ArrowType.Ints indexType, Type type, Faults faults) {
        ArrowArray entries = dictionaries.get(array.field().dictionaryId());
        if (entries == null) {
            throw ArrowFrames.malformed(
                    "the dictionary of " + BadValue.shown(array.field().name()) + " is missing");
        }
        if (type.isNestedType()) {
            throw wrongType(array, type);
        }
        Faults wrongEntries = new Faults();
        Vector values = vector(entries, type, wrongEntries);
        int[] codes = codes(array, indexType, entries.length());
        if (!wrongEntries.isEmpty()) {
            for (int slot = 0; slot < codes.length; slot++) {
                if (codes[slot] >= 0 && wrongEntries.has(codes[slot])) {
                    faults.add(slot, wrongEntries.of(codes[slot]));
                }
            }
        }
        if (values instanceof BytesVector bytes && entries.length() > 0) {
            return dictionary(bytes, codes);
        }
        long[] positions = new long[codes.length];
        for (int slot = 0; slot < codes.length; slot++) {
            positions[slot] = codes[slot] < 0 ? Gather.position(1, 0) : Gather.position(0, codes[slot]);
        }
        return Gather.from(List.of(values, VectorBuilder.nulls(type, 1)), positions, codes.length);
    }

    /** The index of each slot's entry, or -1 where it is null. */
    private static int[] codes(ArrowArray array, ArrowType.Ints indexType, int entries) {
        int[] codes = new int[array.length()];
        for (int slot = 0; slot < codes.length; slot++) {
            long code = array.isNull(slot) ? -1 : array.integer(indexType, slot);
            if (!array.isNull(slot) && (code < 0 || code >= entries)) {
                throw ArrowFrames.malformed(
                        "the field " + BadValue.shown(array.field().name()) + " has the code " + code
                                + " in a dictionary of " + entries);
            }
            codes[slot] = (int) code;
        }
        return codes;
    }

    private static Vector dictionary(BytesVector entries, int[] codes) {
        long[] present = new long[(codes.length + 63) >>> 6];
        for (int slot = 0; slot < codes.length; slot++) {
            if (codes[slot] >= 0 && !entries.isNull(codes[slot])) {
                present[slot >>> 6] |= 1L << slot;
            } else {
                codes[slot] = 0;
            }
        }
        return BytesVector.dictionary(
                entries.offsets(), entries.data(), entries.size(), codes, codes.length, Validity.of(present));
    }
}
