package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import dev.floe.wire.v1.ListValue;
import dev.floe.wire.v1.MapValue;
import dev.floe.wire.v1.StructValue;
import dev.floe.wire.v1.Value;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.types.Types;

/** Sinks of lists, maps and structs. */
final class NestedSinks {
    private NestedSinks() {}

    private static void addPart(ValueSink sink, Value value, boolean required, String part) {
        if (value.getKindCase() == Value.KindCase.KIND_NOT_SET) {
            if (required) {
                throw BadValue.missing().within(part);
            }
            sink.addNull();
            return;
        }
        try {
            sink.add(value);
        } catch (BadValue e) {
            throw e.within(part);
        }
    }

    static final class Lists extends ValueSink {
        private final Types.ListType type;
        private final SinkLimits limits;
        private final ValueSink elements;
        private int[] offsets;

        Lists(Types.ListType type, int slots, SinkLimits limits) {
            super(slots);
            this.type = type;
            this.limits = limits;
            elements = ValueSink.of(type.elementType(), 0, limits.deeper());
            offsets = new int[slots + 1];
        }

        @Override
        void put(Value value, int slot) {
            if (value.getKindCase() != Value.KindCase.LIST) {
                throw BadValue.wrongType(RowValues.shown(value), "list");
            }
            ListValue list = value.getList();
            limits.count(type.elementType(), list.getElementsCount());
            for (int i = 0; i < list.getElementsCount(); i++) {
                addPart(elements, list.getElements(i), type.isElementRequired(), "[" + i + "]");
            }
            putNothing(slot);
        }

        @Override
        void putNothing(int slot) {
            if (slot + 1 == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * offsets.length + 1);
            }
            offsets[slot + 1] = elements.size();
        }

        @Override
        Vector finish() {
            return new ListVector(offsets, elements.finish(), size(), validity());
        }
    }

    static final class Maps extends ValueSink {
        private final Types.MapType type;
        private final SinkLimits limits;
        private final ValueSink keys;
        private final ValueSink values;
        private int[] offsets;

        Maps(Types.MapType type, int slots, SinkLimits limits) {
            super(slots);
            this.type = type;
            this.limits = limits;
            keys = ValueSink.of(type.keyType(), 0, limits.deeper());
            values = ValueSink.of(type.valueType(), 0, limits.deeper());
            offsets = new int[slots + 1];
        }

        @Override
        void put(Value value, int slot) {
            if (value.getKindCase() != Value.KindCase.MAP) {
                throw BadValue.wrongType(RowValues.shown(value), "map");
            }
            MapValue map = value.getMap();
            if (map.getKeysCount() != map.getValuesCount()) {
                throw new BadValue(
                        ErrorCode.WRONG_TYPE,
                        "a map has " + map.getKeysCount() + " keys and " + map.getValuesCount() + " values",
                        "send one value for each key");
            }
            limits.count(type.keyType(), map.getKeysCount());
            limits.count(type.valueType(), map.getKeysCount());
            Set<Value> seen = new HashSet<>();
            for (int i = 0; i < map.getKeysCount(); i++) {
                Value key = map.getKeys(i);
                if (!seen.add(key)) {
                    throw new BadValue(
                                    ErrorCode.VALUE_OUT_OF_RANGE,
                                    "a map has the key " + RowValues.shown(key) + " twice",
                                    "send each key once")
                            .within("key[" + i + "]");
                }
                addPart(keys, key, true, "key[" + i + "]");
                addPart(values, map.getValues(i), type.isValueRequired(), "value[" + i + "]");
            }
            putNothing(slot);
        }

        @Override
        void putNothing(int slot) {
            if (slot + 1 == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * offsets.length + 1);
            }
            // a pair may be half there where its value was refused
            values.padTo(keys.size());
            offsets[slot + 1] = keys.size();
        }

        @Override
        Vector finish() {
            return new MapVector(offsets, keys.finish(), values.finish(), size(), validity());
        }
    }

    static final class Structs extends ValueSink {
        private final List<Types.NestedField> fields;
        private final List<ValueSink> children;

        Structs(Types.StructType type, int slots, SinkLimits limits) {
            super(slots);
            fields = type.fields();
            SinkLimits inner = limits.deeper();
            children = fields.stream()
                    .map(field -> ValueSink.of(field.type(), slots, inner))
                    .toList();
        }

        @Override
        void put(Value value, int slot) {
            if (value.getKindCase() != Value.KindCase.STRUCT) {
                throw BadValue.wrongType(RowValues.shown(value), "struct");
            }
            StructValue struct = value.getStruct();
            int[] sources = sources(struct);
            for (int i = 0; i < fields.size(); i++) {
                Value part = sources[i] < 0 ? Value.getDefaultInstance() : struct.getValues(sources[i]);
                Types.NestedField field = fields.get(i);
                addPart(children.get(i), part, field.isRequired(), field.name());
            }
        }

        /** For each field the index of its value, or -1. */
        private int[] sources(StructValue struct) {
            int given = struct.getValuesCount();
            boolean named = struct.getNamesCount() > 0;
            if (named ? struct.getNamesCount() != given : given != fields.size()) {
                throw new BadValue(
                        ErrorCode.WRONG_TYPE,
                        "a struct has " + given + " values for "
                                + (named ? struct.getNamesCount() + " names" : fields.size() + " fields"),
                        "send one value for each field, or name the fields sent");
            }
            int[] sources = new int[fields.size()];
            Arrays.setAll(sources, i -> named ? -1 : i);
            for (int i = 0; i < struct.getNamesCount(); i++) {
                int field = indexOf(struct.getNames(i));
                if (sources[field] >= 0) {
                    throw new BadValue(ErrorCode.UNKNOWN_COLUMN, "the field is named twice", "name each field once")
                            .within(fields.get(field).name());
                }
                sources[field] = i;
            }
            return sources;
        }

        private int indexOf(String name) {
            for (int i = 0; i < fields.size(); i++) {
                if (fields.get(i).name().equals(name)) {
                    return i;
                }
            }
            throw new BadValue(
                    ErrorCode.UNKNOWN_COLUMN,
                    "the struct has no field " + BadValue.shown(name),
                    "leave it out, or add the field to the table");
        }

        @Override
        void putNothing(int slot) {
            children.forEach(child -> child.padTo(slot + 1));
        }

        @Override
        Vector finish() {
            return new StructVector(
                    fields.stream().map(Types.NestedField::fieldId).toList(),
                    children.stream().map(ValueSink::finish).toList(),
                    size(),
                    validity());
        }
    }
}
