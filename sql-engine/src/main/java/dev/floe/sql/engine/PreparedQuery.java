package dev.floe.sql.engine;

import java.util.List;
import org.apache.iceberg.types.Type;

/** A parsed, validated statement of one principal; holds no resources. */
public interface PreparedQuery {
    String sql();

    List<ResultColumn> columns();

    /** The type of each {@code ?}, in order. */
    List<Type> parameterTypes();
}
