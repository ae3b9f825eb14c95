package dev.floe.sql.scan;

import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.ValueReader;
import dev.floe.storage.column.Vector;
import java.util.Objects;
import org.apache.iceberg.types.Type;

/** Values of vectors as Iceberg's expressions want them: dates and times as numbers. */
public final class IcebergLiterals {
    private IcebergLiterals() {}

    /** The value of a row that has one. */
    public static Object value(Vector vector, Type type, int row) {
        return switch (type.typeId()) {
            case DATE -> ((IntVector) vector).value(row);
            case TIME, TIMESTAMP -> ((LongVector) vector).value(row);
            default -> Objects.requireNonNull(ValueReader.value(vector, type, row), "a literal has a value");
        };
    }
}
