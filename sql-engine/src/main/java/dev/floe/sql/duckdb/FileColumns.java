package dev.floe.sql.duckdb;

import dev.floe.storage.run.StoredColumn;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a scan in files that call and store them alike, as DuckDB's SQL.
 *
 * <p>Columns are found by field id, whatever a file of an older schema calls them; one that a file lacks is null, one
 * of a narrower type is widened. DuckDB could find them by id itself, but it then doesn't know how many rows the files
 * have, and makes bad plans of it. So it is given the files' own names, and finds columns by id only in files with a
 * column that is called as one that DuckDB adds to every file.
 *
 * @param stored the wanted columns in their order, null for those that the files lack
 * @param isById whether the files' names can't be used
 */
record FileColumns(List<@Nullable StoredColumn> stored, boolean isById) {
    /** What DuckDB calls the columns that it adds. */
    private static final Set<String> ADDED = Set.of("filename", "file_index", "file_row_number", "rowid");

    @SuppressWarnings("Java9CollectionFactory") // there are nulls
    static FileColumns of(List<StoredColumn> file, List<Integer> fieldIds) {
        Map<Integer, StoredColumn> byId =
                file.stream().collect(Collectors.toMap(StoredColumn::fieldId, Function.identity()));
        return new FileColumns(
                fieldIds.stream().map(byId::get).collect(Collectors.toList()),
                file.stream().anyMatch(column -> ADDED.contains(column.name().toLowerCase(Locale.ROOT))));
    }

    /** A SELECT of the columns as c0, c1 and so on, of files called f; {@code paths} is a list of DuckDB's. */
    String select(Schema schema, List<Integer> fieldIds, String paths) {
        String options = isById ? ", schema=" + byId(schema, fieldIds) : "";
        return IntStream.range(0, stored.size())
                .mapToObj(i -> column(i, type(schema.findType(fieldIds.get(i)))))
                .collect(Collectors.joining(
                        ", ",
                        "SELECT ",
                        " FROM read_parquet(" + paths + ", hive_partitioning=false" + options + ") AS f"));
    }

    private String column(int place, String type) {
        String name = "c" + place;
        if (isById) {
            return "f." + name;
        }
        StoredColumn column = stored.get(place);
        String value = column == null ? "NULL" : "f.\"" + column.name().replace("\"", "\"\"") + '"';
        return "CAST(" + value + " AS " + type + ") AS " + name;
    }

    private static String byId(Schema schema, List<Integer> fieldIds) {
        return IntStream.range(0, fieldIds.size())
                .mapToObj(i -> fieldIds.get(i) + ": {name: 'c" + i + "', type: '"
                        + type(schema.findType(fieldIds.get(i))) + "', default_value: NULL}")
                .collect(Collectors.joining(", ", "MAP {", "}"));
    }

    /** What DuckDB calls a type that isn't nested. */
    static String type(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield "DECIMAL(" + decimal.precision() + ", " + decimal.scale() + ")";
            }
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
            case STRING -> "VARCHAR";
            case BINARY -> "BLOB";
            case UUID -> "UUID";
            default -> throw new IllegalArgumentException("DuckDB reads no column of " + type + " here");
        };
    }
}
