package dev.floe.sql.plan;

import dev.floe.sql.engine.PreparedQuery;
import dev.floe.sql.engine.ResultColumn;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** A statement that changes a table: the query that finds its rows, and what is done with them. */
public record ChangePlan(QueryPlan source, TableChange change) implements PreparedQuery {
    /** The one column of the answer: how many rows were stored. */
    public static final List<ResultColumn> ANSWER = List.of(new ResultColumn("ROWS", Types.LongType.get(), false));

    @Override
    public String sql() {
        return source.sql();
    }

    @Override
    public List<ResultColumn> columns() {
        return ANSWER;
    }

    @Override
    public List<Type> parameterTypes() {
        return source.parameterTypes();
    }

    @Override
    public boolean changesRows() {
        return true;
    }
}
