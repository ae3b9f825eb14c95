package dev.floe.sql.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression over one row, computed without generated code; values are in that code's types. */
public interface RowExpression {
    /** Null where SQL has NULL. */
    @Nullable
    Object value(@Nullable Object[] row, List<@Nullable Object> parameters);
}
