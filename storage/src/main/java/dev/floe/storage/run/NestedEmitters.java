package dev.floe.storage.run;

import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Emitters of structs, lists and maps. */
final class NestedEmitters {
    private static final int[] NO_OFFSETS = new int[0];

    private NestedEmitters() {}

    /** Child fields, matched by field id. */
    static final class Struct extends ColumnEmitter {
        private final List<Types.NestedField> fields;
        private final List<ColumnEmitter> children;
        private @Nullable Vector vector;

        Struct(
                String path,
                boolean optional,
                int definition,
                List<Types.NestedField> fields,
                List<ColumnEmitter> children) {
            super(path, optional, definition);
            this.fields = fields;
            this.children = children;
        }

        @Override
        void bind(@Nullable Vector source, @Nullable Type type) {
            vector = source;
            if (source == null || type == null) {
                children.forEach(child -> child.bind(null, null));
                return;
            }
            if (!(source instanceof StructVector struct)) {
                throw mismatch(source);
            }
            for (int i = 0; i < children.size(); i++) {
                int id = fields.get(i).fieldId();
                int at = struct.fieldIds().indexOf(id);
                Types.NestedField field = type.asStructType().field(id);
                if (at < 0 || field == null) {
                    children.get(i).bind(null, null);
                } else {
                    children.get(i).bind(struct.children().get(at), field.type());
                }
            }
        }

        @Override
        void write(int slot, int repetition) {
            if (vector == null || vector.isNull(slot)) {
                writeAbsent(repetition);
                return;
            }
            for (ColumnEmitter child : children) {
                child.write(slot, repetition);
            }
        }

        @Override
        void writeNothing(int repetition, int definitionLevel) {
            children.forEach(child -> child.writeNothing(repetition, definitionLevel));
        }
    }

    /** Elements of lists; pairs of maps, as two parallel elements. */
    static final class Repeated extends ColumnEmitter {
        private final List<ColumnEmitter> elements;
        private final int elementRepetition;
        private @Nullable Vector vector;
        private int[] offsets = NO_OFFSETS;

        Repeated(String path, boolean optional, int definition, int elementRepetition, List<ColumnEmitter> elements) {
            super(path, optional, definition);
            this.elements = elements;
            this.elementRepetition = elementRepetition;
        }

        @Override
        void bind(@Nullable Vector source, @Nullable Type type) {
            vector = source;
            if (source == null || type == null) {
                elements.forEach(element -> element.bind(null, null));
            } else if (source instanceof ListVector list && type.isListType()) {
                offsets = list.offsets();
                elements.get(0).bind(list.elements(), type.asListType().elementType());
            } else if (source instanceof MapVector map && type.isMapType()) {
                offsets = map.offsets();
                elements.get(0).bind(map.keys(), type.asMapType().keyType());
                elements.get(1).bind(map.values(), type.asMapType().valueType());
            } else {
                throw mismatch(source);
            }
        }

        @Override
        void write(int slot, int repetition) {
            if (vector == null || vector.isNull(slot)) {
                writeAbsent(repetition);
                return;
            }
            int start = offsets[slot];
            int end = offsets[slot + 1];
            if (start == end) {
                elements.forEach(element -> element.writeNothing(repetition, definition));
                return;
            }
            for (ColumnEmitter element : elements) {
                element.write(start, repetition);
                for (int i = start + 1; i < end; i++) {
                    element.write(i, elementRepetition);
                }
            }
        }

        @Override
        void writeNothing(int repetition, int definitionLevel) {
            elements.forEach(element -> element.writeNothing(repetition, definitionLevel));
        }
    }
}
