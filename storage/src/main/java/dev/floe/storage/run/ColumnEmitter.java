package dev.floe.storage.run;

import dev.floe.storage.column.Vector;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Writes one field of a row group from vectors, with the repetition and definition levels of its leaves.
 *
 * <p>A value's definition level is the field's own; of an absent one, a level less. Emitters form a tree as the
 * schema does and are bound to the vectors of one batch at a time.
 */
abstract class ColumnEmitter {
    private final String path;
    private final boolean optional;
    /** Definition level of a present value of this field. */
    final int definition;

    ColumnEmitter(String path, boolean optional, int definition) {
        this.path = path;
        this.optional = optional;
        this.definition = definition;
    }

    /** Takes the vector to read from, of a type that widens to the field's; null: the batch lacks the field. */
    abstract void bind(@Nullable Vector vector, @Nullable Type type);

    /** Writes the value in a slot, which may be absent. */
    abstract void write(int slot, int repetition);

    /** Writes to every leaf that there is nothing from a definition level on. */
    abstract void writeNothing(int repetition, int definitionLevel);

    /** Writes that the field is absent from a present parent. */
    final void writeAbsent(int repetition) {
        if (!optional) {
            throw new IllegalStateException("column " + path + " is required and has no value");
        }
        writeNothing(repetition, definition - 1);
    }

    final IllegalStateException mismatch(Vector vector) {
        return new IllegalStateException("column " + path + " can't be written from a "
                + vector.getClass().getSimpleName());
    }
}
