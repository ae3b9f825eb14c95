package dev.floe.sqlgateway.driver;

import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;
import org.jspecify.annotations.Nullable;

/** Builds an answer that the driver makes itself: named columns, then rows. */
final class MetaRows {
    private static final AvaticaType TEXT = ColumnMetaData.scalar(Types.VARCHAR, "VARCHAR", Rep.STRING);
    private static final AvaticaType NUMBER = ColumnMetaData.scalar(Types.INTEGER, "INTEGER", Rep.INTEGER);
    private static final AvaticaType FLAG = ColumnMetaData.scalar(Types.BOOLEAN, "BOOLEAN", Rep.BOOLEAN);

    private final List<ColumnMetaData> columns = new ArrayList<>();
    private final List<Object> rows = new ArrayList<>();

    MetaRows texts(String... names) {
        return add(TEXT, names);
    }

    MetaRows numbers(String... names) {
        return add(NUMBER, names);
    }

    MetaRows flags(String... names) {
        return add(FLAG, names);
    }

    private MetaRows add(AvaticaType type, String... names) {
        for (String name : names) {
            columns.add(MetaImpl.columnMetaData(name, columns.size(), type, true));
        }
        return this;
    }

    void row(@Nullable Object... values) {
        rows.add(Arrays.asList(values));
    }

    /** {@code statementId} is one that the driver may close. */
    Meta.MetaResultSet result(Meta.ConnectionHandle connection, int statementId) {
        Meta.Signature signature =
                Meta.Signature.create(columns, "", List.of(), Meta.CursorFactory.LIST, Meta.StatementType.SELECT);
        return Meta.MetaResultSet.create(connection.id, statementId, true, signature, new Meta.Frame(0, true, rows));
    }
}
