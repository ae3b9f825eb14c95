package dev.floe.gateway.write;

import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import dev.floe.storage.stream.StreamRows;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one request and bucket that may share an entry with others.
 *
 * <p>{@code bytes} is no less than what they add to an entry. {@code bucket} is asked once, when the entry is made.
 */
record SmallRows(
        int schemaVersion,
        IntSupplier bucket,
        ColumnBatch batch,
        @Nullable StreamRows stream,
        long bytes) {
    /** Whether one entry can hold both: the same columns in the same shape, and both of a stream or both of none. */
    boolean matches(SmallRows other) {
        return schemaVersion == other.schemaVersion
                && (stream == null) == (other.stream == null)
                && batch.fieldIds().equals(other.batch.fieldIds())
                && sameShapes(batch.columns(), other.batch.columns());
    }

    private static boolean sameShapes(List<Vector> some, List<Vector> others) {
        for (int i = 0; i < some.size(); i++) {
            if (!sameShape(some.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameShape(Vector one, Vector other) {
        if (one instanceof StructVector a && other instanceof StructVector b) {
            return a.fieldIds().equals(b.fieldIds()) && sameShapes(a.children(), b.children());
        }
        if (one instanceof ListVector a && other instanceof ListVector b) {
            return sameShape(a.elements(), b.elements());
        }
        if (one instanceof MapVector a && other instanceof MapVector b) {
            return sameShape(a.keys(), b.keys()) && sameShape(a.values(), b.values());
        }
        return one.getClass() == other.getClass();
    }
}
