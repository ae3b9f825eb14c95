package dev.floe.catalog.table;

import dev.floe.catalog.table.ColumnChange.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The changes that bring a table to a declaration.
 *
 * <p>Columns and fields of structs are told by their names, so a column with another name is a new one. So are
 * indexes; they may always be dropped, as they hold nothing that the columns don't. What can't be changed, such as the
 * key, has to be as it is.
 */
public final class TableDifference {
    private final boolean allowDrops;
    private final List<ColumnChange> changes = new ArrayList<>();

    private TableDifference(boolean allowDrops) {
        this.allowDrops = allowDrops;
    }

    /** Throws INVALID_TABLE where the table can't become what is wanted, or has columns that it may not drop. */
    public static List<ColumnChange> between(TableDefinition table, TableDeclaration wanted, boolean allowDrops) {
        requireSame("mode", table.mode(), wanted.mode());
        requireSame("key", table.key(), wanted.key());
        requireSame("buckets", table.buckets(), wanted.buckets() == 0 ? table.buckets() : wanted.buckets());
        requireSame("partition-by", table.partitionBy(), wanted.partitionBy());
        requireSame("bad-rows", table.badRows(), wanted.badRows());
        requireSame("properties", table.properties(), wanted.properties());
        requireSame("version", table.upserts().version(), wanted.upserts().version());
        requireSame("missing", table.upserts().missing(), wanted.upserts().missing());
        TableRules.checkColumns(wanted.columns());
        TableDifference difference = new TableDifference(allowDrops);
        List<DeclaredIndex> indexes = table.indexes().stream()
                .map(index -> index.declared(table.schema()))
                .toList();
        difference.dropIndexes(indexes, wanted.indexes());
        difference.fields("", table.schema().columns(), wanted.columns());
        difference.addIndexes(indexes, wanted.indexes());
        return difference.changes;
    }

    private static void requireSame(String setting, Object now, Object wanted) {
        if (!now.equals(wanted)) {
            throw TableRules.invalid("the table's " + setting + " can't change: it is " + now + ", not " + wanted)
                    .at(setting)
                    .advise("leave it as it is, or copy the rows into a new table");
        }
    }

    private void dropIndexes(List<DeclaredIndex> now, List<DeclaredIndex> wanted) {
        now.stream()
                .filter(index -> !wanted.contains(index))
                .forEach(index -> changes.add(new ColumnChange.DropIndex(index.name())));
    }

    private void addIndexes(List<DeclaredIndex> now, List<DeclaredIndex> wanted) {
        wanted.stream()
                .filter(index -> !now.contains(index))
                .forEach(index -> changes.add(new ColumnChange.AddIndex(index)));
    }

    private void fields(String prefix, List<Types.NestedField> now, List<Types.NestedField> wanted) {
        List<String> order = new ArrayList<>();
        for (Types.NestedField field : now) {
            if (named(wanted, field.name()) == null) {
                drop(prefix + field.name());
            } else {
                order.add(field.name());
            }
        }
        for (int i = 0; i < wanted.size(); i++) {
            Types.NestedField field = wanted.get(i);
            Types.NestedField before = named(now, field.name());
            Place place = i == 0
                    ? new Place.First()
                    : new Place.After(wanted.get(i - 1).name());
            if (before == null) {
                String parent = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
                changes.add(new ColumnChange.Add(parent, field, place));
                order.add(i, field.name());
                continue;
            }
            if (!order.get(i).equals(field.name())) {
                changes.add(new ColumnChange.Move(prefix + field.name(), place));
                order.remove(field.name());
                order.add(i, field.name());
            }
            field(prefix + field.name(), before, field);
        }
    }

    private void field(String path, Types.NestedField now, Types.NestedField wanted) {
        if (now.isOptional() && wanted.isRequired()) {
            throw TableRules.invalid("the column '" + TableRules.shown(path) + "' can't become required")
                    .at(path)
                    .advise("rows there are may lack it: leave it optional");
        }
        if (now.isRequired() && wanted.isOptional()) {
            changes.add(new ColumnChange.MakeOptional(path));
        }
        if (!Objects.equals(now.doc(), wanted.doc())) {
            throw TableRules.invalid("the doc of the column '" + TableRules.shown(path) + "' can't change")
                    .at(path);
        }
        type(path, now.type(), wanted.type());
    }

    private void type(String path, Type now, Type wanted) {
        if (now.isStructType() && wanted.isStructType()) {
            fields(
                    path + ".",
                    now.asStructType().fields(),
                    wanted.asStructType().fields());
        } else if (now.isListType() && wanted.isListType()) {
            field(
                    path + ".element",
                    now.asListType().fields().get(0),
                    wanted.asListType().fields().get(0));
        } else if (now.isMapType() && wanted.isMapType()) {
            type(path + ".key", now.asMapType().keyType(), wanted.asMapType().keyType());
            field(
                    path + ".value",
                    now.asMapType().fields().get(1),
                    wanted.asMapType().fields().get(1));
        } else if (!now.equals(wanted)) {
            changes.add(new ColumnChange.Widen(path, wanted));
        }
    }

    private void drop(String path) {
        if (!allowDrops) {
            throw TableRules.invalid("the declaration lacks the column '" + TableRules.shown(path) + "'")
                    .at(path)
                    .advise("add it to the declaration, or allow drops if its values may go");
        }
        changes.add(new ColumnChange.Drop(path));
    }

    private static Types.@Nullable NestedField named(List<Types.NestedField> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
