package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.arrow.ArrowArray;
import dev.floe.storage.arrow.ArrowBytes;
import dev.floe.storage.arrow.ArrowFrames;
import dev.floe.storage.arrow.ArrowType;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Lists, maps and structs out of Arrow's. */
final class ArrowNested {
    private final ArrowVectors vectors;

    ArrowNested(ArrowVectors vectors) {
        this.vectors = vectors;
    }

    Vector vector(ArrowArray array, Type type, Faults faults) {
        if (type.isListType() && array.type() instanceof ArrowType.Lists lists) {
            ArrowArray child = child(array, 0);
            return list(array, ArrowBytes.offsets(array, lists.large(), child.length()), child, type, faults);
        }
        if (type.isListType() && array.type() instanceof ArrowType.FixedLists fixed) {
            return list(array, fixedOffsets(array, fixed.length()), child(array, 0), type, faults);
        }
        if (type.isMapType() && array.type() instanceof ArrowType.Maps) {
            return map(array, type.asMapType(), faults);
        }
        if (type.isStructType() && array.type() instanceof ArrowType.Structs) {
            return struct(array, type.asStructType(), faults);
        }
        throw ArrowVectors.wrongType(array, type);
    }

    private static ArrowArray child(ArrowArray array, int index) {
        if (index >= array.children().size()) {
            throw ArrowFrames.malformed(
                    "the field " + BadValue.shown(array.field().name()) + " lacks a child");
        }
        return array.children().get(index);
    }

    private static int[] fixedOffsets(ArrowArray array, int width) {
        int elements = child(array, 0).length();
        if (width < 0 || (long) width * array.length() > elements) {
            throw ArrowFrames.malformed(
                    "the field " + BadValue.shown(array.field().name()) + " has " + elements + " elements for "
                            + array.length() + " lists of " + width);
        }
        int[] offsets = new int[array.length() + 1];
        for (int slot = 1; slot <= array.length(); slot++) {
            offsets[slot] = slot * width;
        }
        return offsets;
    }

    private Vector list(ArrowArray array, int[] offsets, ArrowArray elements, Type type, Faults faults) {
        Faults wrong = new Faults();
        Vector values = vectors.vector(elements, type.asListType().elementType(), wrong);
        wrong.blameRanges(array.validity(), offsets, array.length(), "", faults);
        return new ListVector(offsets, values, array.length(), array.validity());
    }

    private Vector map(ArrowArray array, Types.MapType type, Faults faults) {
        ArrowArray pairs = child(array, 0);
        int[] offsets = ArrowBytes.offsets(array, false, pairs.length());
        Faults wrongKeys = new Faults();
        Vector keys = vectors.vector(pair(pairs, 0), type.keyType(), wrongKeys);
        wrongKeys.blameRanges(array.validity(), offsets, array.length(), "key", faults);
        Faults wrongValues = new Faults();
        Vector values = vectors.vector(pair(pairs, 1), type.valueType(), wrongValues);
        wrongValues.blameRanges(array.validity(), offsets, array.length(), "value", faults);
        return new MapVector(offsets, keys, values, array.length(), array.validity());
    }

    private static ArrowArray pair(ArrowArray pairs, int index) {
        ArrowArray part = child(pairs, index);
        if (part.length() != pairs.length()) {
            throw ArrowFrames.malformed(
                    "a map has " + part.length() + " keys or values in " + pairs.length() + " pairs");
        }
        return part;
    }

    private Vector struct(ArrowArray array, Types.StructType type, Faults faults) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> children = new ArrayList<>();
        for (ArrowArray child : array.children()) {
            Types.NestedField field = type.field(child.field().name());
            if (field == null || ids.contains(field.fieldId())) {
                throw new FloeException(
                                ErrorCode.UNKNOWN_COLUMN,
                                "the struct has no field "
                                        + BadValue.shown(child.field().name()) + ", or the batch has it twice")
                        .at(array.field().name())
                        .advise("leave it out, or add the field to the table");
            }
            if (child.length() != array.length()) {
                throw ArrowFrames.malformed(
                        "the struct " + BadValue.shown(array.field().name()) + " has " + array.length()
                                + " slots, its field " + child.length());
            }
            Faults wrong = new Faults();
            ids.add(field.fieldId());
            children.add(vectors.vector(child, field.type(), wrong));
            wrong.bySlot().forEach((slot, fault) -> {
                if (!array.isNull(slot)) {
                    faults.add(slot, fault.within(field.name()));
                }
            });
        }
        for (Types.NestedField field : type.fields()) {
            if (!ids.contains(field.fieldId())) {
                vectors.absent(field.type(), array.length());
            }
        }
        return new StructVector(ids, children, array.length(), array.validity());
    }
}
