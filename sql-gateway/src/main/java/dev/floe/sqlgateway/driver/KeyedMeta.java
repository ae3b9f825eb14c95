package dev.floe.sqlgateway.driver;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;
import org.jspecify.annotations.Nullable;

/**
 * Avatica's remote {@link Meta}, but for primary keys, which are read from the columns' {@code KEY_SEQ}.
 *
 * <p>A proxy, since Avatica keeps the class to itself.
 */
final class KeyedMeta implements InvocationHandler {
    private static final AvaticaType TEXT = ColumnMetaData.scalar(Types.VARCHAR, "VARCHAR", Rep.STRING);
    private static final AvaticaType NUMBER = ColumnMetaData.scalar(Types.INTEGER, "INTEGER", Rep.INTEGER);
    private static final List<ColumnMetaData> COLUMNS = List.of(
            MetaImpl.columnMetaData("TABLE_CAT", 0, TEXT, true),
            MetaImpl.columnMetaData("TABLE_SCHEM", 1, TEXT, true),
            MetaImpl.columnMetaData("TABLE_NAME", 2, TEXT, false),
            MetaImpl.columnMetaData("COLUMN_NAME", 3, TEXT, false),
            MetaImpl.columnMetaData("KEY_SEQ", 4, NUMBER, false),
            MetaImpl.columnMetaData("PK_NAME", 5, TEXT, true));

    private final Meta remote;

    KeyedMeta(Meta remote) {
        this.remote = remote;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("getPrimaryKeys") && arguments != null) {
            return primaryKeys(
                    (Meta.ConnectionHandle) arguments[0], (String) arguments[1], (String) arguments[2], (String)
                            arguments[3]);
        }
        try {
            return method.invoke(remote, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** In the order of the columns' names, as JDBC has it; catalog, schema and table are names, no patterns. */
    private Meta.MetaResultSet primaryKeys(
            Meta.ConnectionHandle connection, @Nullable String catalog, @Nullable String schema, String table) {
        Meta.MetaResultSet columns = remote.getColumns(
                connection, catalog, Meta.Pat.of(literal(schema)), Meta.Pat.of(literal(table)), Meta.Pat.of(null));
        int name = index(columns, "COLUMN_NAME");
        int sequence = index(columns, "KEY_SEQ");
        List<List<?>> key = new ArrayList<>();
        for (Object row : columns.firstFrame.rows) {
            List<?> values = (List<?>) row;
            if (values.get(sequence) != null) {
                key.add(values);
            }
        }
        key.sort(Comparator.comparing(values -> (String) values.get(name)));
        List<Object> rows = new ArrayList<>();
        for (List<?> values : key) {
            rows.add(Arrays.asList(
                    values.get(0), values.get(1), values.get(2), values.get(name), values.get(sequence), null));
        }
        Meta.Signature signature =
                Meta.Signature.create(COLUMNS, "", List.of(), Meta.CursorFactory.LIST, Meta.StatementType.SELECT);
        return Meta.MetaResultSet.create(
                connection.id, columns.statementId, true, signature, new Meta.Frame(0, true, rows));
    }

    private static @Nullable String literal(@Nullable String name) {
        return name == null
                ? null
                : name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
    }

    private static int index(Meta.MetaResultSet rows, String label) {
        List<ColumnMetaData> columns = rows.signature.columns;
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).label.equals(label)) {
                return i;
            }
        }
        throw new IllegalStateException("the server is no Floe: its columns have no " + label);
    }
}
