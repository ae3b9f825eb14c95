package dev.floe.sql.engine;

import java.util.List;
import org.apache.iceberg.types.Type;

/** A parsed, validated statement of one principal; holds no resources. */
public interface PreparedQuery {
    String sql();

    /** Of the rows that come back; a statement that changes rows answers with one, their count. */
    List<ResultColumn> columns();

    /** The type of each {@code ?}, in order. */
    List<Type> parameterTypes();

    /** True for INSERT, UPSERT, UPDATE and DELETE, and for CREATE, ALTER and DROP, which store no rows. */
    default boolean changesRows() {
        return false;
    }
}
