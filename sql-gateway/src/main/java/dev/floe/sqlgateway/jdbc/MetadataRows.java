package dev.floe.sqlgateway.jdbc;

import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.remote.Service;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Builds an answer of {@link DatabaseMetaData}: named columns, then rows, all in one frame. */
final class MetadataRows {
    private static final JdbcType TEXT = JdbcType.of(Types.StringType.get(), TimeForm.TEXT);
    private static final JdbcType NUMBER = JdbcType.of(Types.IntegerType.get(), TimeForm.TEXT);
    private static final JdbcType FLAG = JdbcType.of(Types.BooleanType.get(), TimeForm.TEXT);

    private final List<ColumnMetaData> columns = new ArrayList<>();
    private final List<Object> rows = new ArrayList<>();

    MetadataRows texts(String... names) {
        return add(TEXT, names);
    }

    MetadataRows numbers(String... names) {
        return add(NUMBER, names);
    }

    MetadataRows flags(String... names) {
        return add(FLAG, names);
    }

    private MetadataRows add(JdbcType type, String... names) {
        for (String name : names) {
            columns.add(type.column(columns.size(), name, DatabaseMetaData.columnNullable));
        }
        return this;
    }

    void row(@Nullable Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values for " + columns.size() + " columns");
        }
        rows.add(Arrays.asList(values));
    }

    /** {@code statementId} is one the driver may close, though nothing is open under it. */
    Service.ResultSetResponse response(String connectionId, int statementId) {
        Meta.Signature signature =
                Meta.Signature.create(columns, "", List.of(), Meta.CursorFactory.LIST, Meta.StatementType.SELECT);
        return new Service.ResultSetResponse(
                connectionId, statementId, true, signature, new Meta.Frame(0, true, rows), -1, null);
    }
}
