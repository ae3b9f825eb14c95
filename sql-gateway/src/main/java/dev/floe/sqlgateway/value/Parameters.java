package dev.floe.sqlgateway.value;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A statement's parameters as the batch of one row that queries take. */
public final class Parameters {
    private Parameters() {}

    /** Throws INVALID_PARAMETER with the parameter's number, counted from 1 as in JDBC. */
    public static ColumnBatch batch(List<? extends @Nullable Object> values, List<Type> types) {
        if (values.size() != types.size()) {
            throw new FloeException(
                            ErrorCode.INVALID_PARAMETER,
                            "the statement has " + types.size() + " parameters, " + values.size() + " were given")
                    .advise("give one value for each ? in the statement");
        }
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            VectorBuilder column = VectorBuilder.of(types.get(i), 1);
            column.append(fit(values.get(i), types.get(i), i + 1));
            ids.add(i);
            columns.add(column.build());
        }
        return new ColumnBatch(1, ids, columns, new byte[1]);
    }

    private static @Nullable Object fit(@Nullable Object value, Type type, int number) {
        try {
            return TypedValues.fit(value, type);
        } catch (FloeException e) {
            throw new FloeException(
                            ErrorCode.INVALID_PARAMETER, "parameter " + number + ": " + e.message(), e.getCause())
                    .advise(e.action());
        }
    }
}
