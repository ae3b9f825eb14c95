package dev.floe.client;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row of a result, by position or name. */
public final class Row {
    private final List<Column> columns;
    private final @Nullable Object[] values;

    /** Takes ownership of the values. */
    public Row(List<Column> columns, @Nullable Object[] values) {
        this.columns = columns;
        this.values = values;
    }

    public List<Column> columns() {
        return columns;
    }

    /** The value at a position, null for SQL NULL. */
    public @Nullable Object value(int index) {
        return values[index];
    }

    /** The value of a column; throws UNKNOWN_COLUMN. */
    public @Nullable Object value(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return values[i];
            }
        }
        throw new FloeException(ErrorCode.UNKNOWN_COLUMN, "the result has no column '" + column + "'");
    }

    /** A copy of the values, in the columns' order. */
    public @Nullable Object[] values() {
        return values.clone();
    }

    @Override
    public String toString() {
        return Arrays.deepToString(values);
    }
}
