package dev.floe.storage.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Int;
import org.jspecify.annotations.Nullable;

/**
 * A field of an Arrow schema; {@code indexType} is null where it has no dictionary, and {@code type} is that of the
 * dictionary's values where it has one.
 */
public record ArrowField(
        String name, ArrowType type, List<ArrowField> children, ArrowType.@Nullable Ints indexType, long dictionaryId) {
    private static final int FIELDS_MAX = 100_000;

    public ArrowField {
        children = List.copyOf(children);
    }

    /** The same with its values spelled out, as a dictionary's own batch has them. */
    public ArrowField plain() {
        return new ArrowField(name, type, children, null, 0);
    }

    /** Reads a schema's fields; bounded, since offsets in an untrusted schema may form loops. */
    public static final class Reader {
        private final int depthMax;
        private int fields;

        public Reader(int depthMax) {
            this.depthMax = depthMax;
        }

        /** Throws MALFORMED_BATCH for texts that are no UTF-8, and IndexOutOfBoundsException for what is no schema. */
        public ArrowField read(Field field, int depth) {
            try {
                return nested(field, depth);
            } catch (IllegalArgumentException e) { // flatbuffers' own for broken texts
                throw ArrowFrames.malformed("a field whose name or zone is no UTF-8");
            }
        }

        private ArrowField nested(Field field, int depth) {
            if (depth > depthMax || ++fields > FIELDS_MAX) {
                throw new IndexOutOfBoundsException(
                        "the schema nests deeper than " + depthMax + " or has too many fields");
            }
            List<ArrowField> children = new ArrayList<>();
            for (int i = 0; i < field.childrenLength(); i++) {
                children.add(nested(field.children(i), depth + 1));
            }
            String name = field.name();
            DictionaryEncoding dictionary = field.dictionary();
            return new ArrowField(
                    name == null ? "" : name,
                    ArrowType.of(field),
                    children,
                    dictionary == null ? null : index(dictionary.indexType()),
                    dictionary == null ? 0 : dictionary.id());
        }

        private static ArrowType.Ints index(@Nullable Int type) {
            return type == null
                    ? new ArrowType.Ints(Integer.SIZE, true)
                    : new ArrowType.Ints(type.bitWidth(), type.isSigned());
        }
    }
}
