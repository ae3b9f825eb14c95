package dev.floe.storage.column;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types;

/** Builders of lists, maps and structs. */
abstract sealed class NestedBuilder extends VectorBuilder {
    static final class Lists extends NestedBuilder {
        private final VectorBuilder elements;
        private int[] offsets;

        Lists(Types.ListType type, int capacity) {
            elements = of(type.elementType(), capacity);
            offsets = new int[capacity + 1];
        }

        @Override
        void put(Object value) {
            for (Object element : (List<?>) value) {
                elements.append(element);
            }
            putAbsent();
        }

        @Override
        void putAbsent() {
            offsets = size() < offsets.length ? offsets : Arrays.copyOf(offsets, offsets.length * 2);
            offsets[size()] = elements.size();
        }

        @Override
        public Vector build() {
            return new ListVector(offsets, elements.build(), size(), validity.build());
        }
    }

    static final class Maps extends NestedBuilder {
        private final VectorBuilder keys;
        private final VectorBuilder values;
        private int[] offsets;

        Maps(Types.MapType type, int capacity) {
            keys = of(type.keyType(), capacity);
            values = of(type.valueType(), capacity);
            offsets = new int[capacity + 1];
        }

        @Override
        void put(Object value) {
            for (Map.Entry<?, ?> pair : ((Map<?, ?>) value).entrySet()) {
                keys.append(pair.getKey());
                values.append(pair.getValue());
            }
            putAbsent();
        }

        @Override
        void putAbsent() {
            offsets = size() < offsets.length ? offsets : Arrays.copyOf(offsets, offsets.length * 2);
            offsets[size()] = keys.size();
        }

        @Override
        public Vector build() {
            return new MapVector(offsets, keys.build(), values.build(), size(), validity.build());
        }
    }

    static final class Structs extends NestedBuilder {
        private final List<Integer> fieldIds = new ArrayList<>();
        private final List<VectorBuilder> children = new ArrayList<>();

        Structs(Types.StructType type, int capacity) {
            for (Types.NestedField field : type.fields()) {
                fieldIds.add(field.fieldId());
                children.add(of(field.type(), capacity));
            }
        }

        @Override
        void put(Object value) {
            StructLike struct = (StructLike) value;
            for (int i = 0; i < children.size(); i++) {
                children.get(i).append(struct.get(i, Object.class));
            }
        }

        @Override
        void putAbsent() {
            children.forEach(VectorBuilder::appendNull);
        }

        @Override
        public Vector build() {
            return new StructVector(
                    fieldIds, children.stream().map(VectorBuilder::build).toList(), size(), validity.build());
        }
    }
}
