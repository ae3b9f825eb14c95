package dev.floe.sql.exec;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** The parameters of a run in the types of generated code. */
public final class ParameterValues {
    private ParameterValues() {}

    /** Throws INVALID_PARAMETER where one was not given. */
    public static List<@Nullable Object> of(List<Type> types, ColumnBatch parameters) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            Vector column = parameters.column(i);
            if (column == null || parameters.rowCount() != 1) {
                throw new FloeException(
                        ErrorCode.INVALID_PARAMETER,
                        "the statement has " + types.size() + " parameters; number " + (i + 1) + " was not given");
            }
            values.add(ColumnValues.read(column, types.get(i), 0));
        }
        return values;
    }
}
