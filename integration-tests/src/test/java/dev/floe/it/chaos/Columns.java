package dev.floe.it.chaos;

import dev.floe.client.Column;
import dev.floe.client.ColumnType.Primitive;
import dev.floe.client.TableInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns a client knows: what it writes depends on the version, and each value tells its row and field.
 *
 * @param version the schema version
 * @param fields by name: the columns that are written, their field ids
 * @param wide whether the widened column takes longs
 */
record Columns(int version, Map<String, Integer> fields, boolean wide) {
    static final String EVENTS = "events";
    static final String STATE = "state";
    static final String SPARE = "spare";
    static final int ID = 1;
    static final int N = 2;
    static final int TEXT = 3;
    static final int WIDE = 4;

    private static final long WIDE_FROM = 1L << 40;

    Columns {
        fields = new LinkedHashMap<>(fields);
    }

    /** Both tables begin alike; the one has {@code id} as its key, the other the number of the producer. */
    static List<Column> declared() {
        return List.of(
                Column.required("id", Primitive.LONG),
                Column.required("n", Primitive.LONG),
                Column.optional("text", Primitive.STRING),
                Column.optional("wide", Primitive.INT),
                Column.optional(SPARE, Primitive.STRING));
    }

    static Columns of(TableInfo table) {
        Map<String, Integer> fields = new LinkedHashMap<>();
        boolean wide = false;
        for (Column column : table.spec().columns()) {
            if (!column.name().startsWith(SPARE)) {
                fields.put(column.name(), column.id());
            }
            wide |= column.id() == WIDE && column.type().text().equals("long");
        }
        return new Columns(table.schemaVersion(), fields, wide);
    }

    /** What a row has in a field, given the row's number among its producer's and its id. */
    static Object value(int field, long id, long n, boolean wide) {
        return switch (field) {
            case ID -> id;
            case N -> n;
            case WIDE -> wide ? WIDE_FROM + n : n;
            default -> "f" + field + "-" + n;
        };
    }

    List<Integer> fieldIds() {
        return new ArrayList<>(fields.values());
    }
}
