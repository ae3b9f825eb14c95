package dev.floe.sql.define;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.DeclaredIndex;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** Names of columns as a schema has them, of names that statements write in any case. */
final class SchemaNames {
    private SchemaNames() {}

    /** The change with names as they are in the schema. */
    static ColumnChange in(ColumnChange change, Schema schema) {
        if (change instanceof ColumnChange.Add add) {
            return new ColumnChange.Add(
                    add.parent().isEmpty() ? "" : named(add.parent(), schema),
                    add.column(),
                    named(add.place(), add.parent(), schema));
        }
        if (change instanceof ColumnChange.Drop drop) {
            return new ColumnChange.Drop(named(drop.column(), schema));
        }
        if (change instanceof ColumnChange.Rename rename) {
            return new ColumnChange.Rename(named(rename.column(), schema), rename.name());
        }
        if (change instanceof ColumnChange.Widen widen) {
            return new ColumnChange.Widen(named(widen.column(), schema), widen.type());
        }
        if (change instanceof ColumnChange.MakeOptional optional) {
            return new ColumnChange.MakeOptional(named(optional.column(), schema));
        }
        if (change instanceof ColumnChange.Move move) {
            String column = named(move.column(), schema);
            int dot = column.lastIndexOf('.');
            return new ColumnChange.Move(column, named(move.place(), dot < 0 ? "" : column.substring(0, dot), schema));
        }
        if (change instanceof ColumnChange.AddIndex add) {
            return new ColumnChange.AddIndex(new DeclaredIndex(
                    add.index().name(),
                    add.index().columns().stream()
                            .map(column -> named(column, schema))
                            .toList()));
        }
        return change;
    }

    private static ColumnChange.Place named(ColumnChange.Place place, String parent, Schema schema) {
        if (!(place instanceof ColumnChange.Place.After after)) {
            return place;
        }
        String path = named(parent.isEmpty() ? after.sibling() : parent + "." + after.sibling(), schema);
        return new ColumnChange.Place.After(path.substring(path.lastIndexOf('.') + 1));
    }

    /** A name that the schema lacks stays as it is: it may be of a column that came before in the statement. */
    private static String named(String path, Schema schema) {
        Types.NestedField field = schema.caseInsensitiveFindField(path);
        return field == null ? path : schema.findColumnName(field.fieldId());
    }
}
