package dev.floe.sqlgateway.driver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.jspecify.annotations.Nullable;

/** The columns of a table, as a Floe server describes them: with their places in the key and in indexes. */
final class KeyColumns {
    private final Meta.MetaResultSet columns;
    private final List<Place> key = new ArrayList<>();
    private final Map<String, List<Place>> indexes = new TreeMap<>();

    /** A column's place in the key or an index, from 1; {@code row} tells of the column. */
    record Place(int sequence, List<?> row, String column) {}

    private KeyColumns(Meta.MetaResultSet columns) {
        this.columns = columns;
        int name = index("COLUMN_NAME");
        int sequence = index("KEY_SEQ");
        int sequences = index("INDEX_SEQS");
        for (Object each : columns.firstFrame.rows) {
            List<?> row = (List<?>) each;
            String column = String.valueOf(row.get(name));
            if (row.get(sequence) instanceof Number place) {
                key.add(new Place(place.intValue(), row, column));
            }
            if (row.get(sequences) instanceof String places) {
                for (String place : places.split(" ", -1)) {
                    int colon = place.indexOf(':');
                    indexes.computeIfAbsent(place.substring(0, colon), unused -> new ArrayList<>())
                            .add(new Place(Integer.parseInt(place.substring(colon + 1)), row, column));
                }
            }
        }
    }

    /** Catalog, schema and table are names, no patterns. */
    static KeyColumns of(
            Meta remote,
            Meta.ConnectionHandle connection,
            @Nullable String catalog,
            @Nullable String schema,
            @Nullable String table) {
        return new KeyColumns(remote.getColumns(
                connection, catalog, Meta.Pat.of(literal(schema)), Meta.Pat.of(literal(table)), Meta.Pat.of(null)));
    }

    /** One that the driver may close. */
    int statementId() {
        return columns.statementId;
    }

    /** The columns of the key; none of a table without. */
    List<Place> key(Comparator<Place> order) {
        return key.stream().sorted(order).toList();
    }

    /** The columns of each secondary index, in its order. */
    Map<String, List<Place>> indexes() {
        indexes.values().forEach(places -> places.sort(Comparator.comparingInt(Place::sequence)));
        return indexes;
    }

    private static @Nullable String literal(@Nullable String name) {
        return name == null
                ? null
                : name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
    }

    private int index(String label) {
        List<ColumnMetaData> described = columns.signature.columns;
        for (int i = 0; i < described.size(); i++) {
            if (described.get(i).label.equals(label)) {
                return i;
            }
        }
        throw new IllegalStateException("the server is no Floe of this version: its columns have no " + label);
    }
}
