package dev.floe.sqlgateway.driver;

import dev.floe.sqlgateway.driver.KeyColumns.Place;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.DatabaseMetaData;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.Meta.DatabaseProperty;
import org.jspecify.annotations.Nullable;

/**
 * Avatica's remote {@link Meta}, but for primary keys, indexes and functions, of which its protocol knows nothing.
 *
 * <p>Keys and indexes are read from what the server says of columns, functions from the lists of names that it has as
 * properties. A proxy, since Avatica keeps the class to itself.
 */
final class FloeMeta implements InvocationHandler {
    private static final String KEY_NAME = "primary_key";
    private static final List<DatabaseProperty> FUNCTIONS = List.of(
            DatabaseProperty.GET_NUMERIC_FUNCTIONS,
            DatabaseProperty.GET_STRING_FUNCTIONS,
            DatabaseProperty.GET_TIME_DATE_FUNCTIONS,
            DatabaseProperty.GET_SYSTEM_FUNCTIONS);

    private final Meta remote;

    FloeMeta(Meta remote) {
        this.remote = remote;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof Meta.ConnectionHandle connection) {
            switch (method.getName()) {
                case "getPrimaryKeys" -> {
                    return primaryKeys(connection, columns(connection, arguments));
                }
                case "getIndexInfo" -> {
                    return indexes(connection, columns(connection, arguments), (boolean) arguments[4]);
                }
                case "getFunctions" -> {
                    return functions(connection, (Meta.Pat) arguments[2], (Meta.Pat) arguments[3]);
                }
                default -> {}
            }
        }
        try {
            return method.invoke(remote, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private KeyColumns columns(Meta.ConnectionHandle connection, Object[] arguments) {
        return KeyColumns.of(remote, connection, (String) arguments[1], (String) arguments[2], (String) arguments[3]);
    }

    /** In the order of the columns' names, as JDBC has it. */
    private static Meta.MetaResultSet primaryKeys(Meta.ConnectionHandle connection, KeyColumns columns) {
        MetaRows rows = new MetaRows()
                .texts("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME")
                .numbers("KEY_SEQ")
                .texts("PK_NAME");
        for (Place place : columns.key(Comparator.comparing(Place::column))) {
            List<?> row = place.row();
            rows.row(row.get(0), row.get(1), row.get(2), place.column(), place.sequence(), KEY_NAME);
        }
        return rows.result(connection, columns.statementId());
    }

    /** The key first, then the indexes by name. */
    private static Meta.MetaResultSet indexes(Meta.ConnectionHandle connection, KeyColumns columns, boolean unique) {
        MetaRows rows = new MetaRows()
                .texts("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME")
                .flags("NON_UNIQUE")
                .texts("INDEX_QUALIFIER", "INDEX_NAME")
                .numbers("TYPE", "ORDINAL_POSITION")
                .texts("COLUMN_NAME", "ASC_OR_DESC")
                .numbers("CARDINALITY", "PAGES")
                .texts("FILTER_CONDITION");
        index(rows, KEY_NAME, false, columns.key(Comparator.comparingInt(Place::sequence)));
        if (!unique) {
            columns.indexes().forEach((name, places) -> index(rows, name, true, places));
        }
        return rows.result(connection, columns.statementId());
    }

    /** Both kinds find equal values by their hashes, and have no order that a reader sees. */
    private static void index(MetaRows rows, String name, boolean repeats, List<Place> places) {
        for (Place place : places) {
            List<?> row = place.row();
            rows.row(
                    row.get(0),
                    row.get(1),
                    row.get(2),
                    repeats,
                    null,
                    name,
                    (int) DatabaseMetaData.tableIndexHashed,
                    place.sequence(),
                    place.column(),
                    null,
                    0,
                    0,
                    null);
        }
    }

    /** Functions belong to no schema, so a pattern of one finds none but where it matches everything. */
    private Meta.MetaResultSet functions(Meta.ConnectionHandle connection, Meta.Pat schema, Meta.Pat name) {
        MetaRows rows = new MetaRows()
                .texts("FUNCTION_CAT", "FUNCTION_SCHEM", "FUNCTION_NAME", "REMARKS")
                .numbers("FUNCTION_TYPE")
                .texts("SPECIFIC_NAME");
        if (schema.s == null || schema.s.isEmpty() || schema.s.equals("%")) {
            Pattern pattern = pattern(name.s);
            Map<DatabaseProperty, Object> properties = remote.getDatabaseProperties(connection);
            TreeSet<String> names = new TreeSet<>();
            for (DatabaseProperty functions : FUNCTIONS) {
                names.addAll(List.of(
                        String.valueOf(properties.getOrDefault(functions, "")).split(",", -1)));
            }
            names.stream()
                    .filter(function ->
                            !function.isEmpty() && pattern.matcher(function).matches())
                    .forEach(function ->
                            rows.row(null, null, function, null, DatabaseMetaData.functionNoTable, function));
        }
        return rows.result(connection, remote.createStatement(connection).id);
    }

    /** A pattern of names as JDBC has them, in any case; null matches everything. */
    private static Pattern pattern(@Nullable String like) {
        StringBuilder regex = new StringBuilder();
        String text = like == null ? "%" : like;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                regex.append(Pattern.quote(String.valueOf(text.charAt(i))));
            } else {
                regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }
}
