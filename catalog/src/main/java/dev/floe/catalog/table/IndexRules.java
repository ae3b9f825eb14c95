package dev.floe.catalog.table;

import dev.floe.core.error.FloeException;
import dev.floe.storage.sidecar.IndexFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What secondary indexes have to fulfil; each breach is an INVALID_TABLE. */
final class IndexRules {
    static final int INDEXES_MAX = 16;
    static final int COLUMNS_MAX = 8;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Set<Type.TypeID> NO_INDEXES =
            Set.of(Type.TypeID.FLOAT, Type.TypeID.DOUBLE, Type.TypeID.LIST, Type.TypeID.MAP, Type.TypeID.STRUCT);

    private IndexRules() {}

    /** The indexes that are declared of a new table. */
    static List<TableIndex> resolve(List<DeclaredIndex> declared, Schema schema) {
        List<TableIndex> indexes = new ArrayList<>();
        for (DeclaredIndex index : declared) {
            try {
                indexes.add(resolve(index, schema, indexes));
            } catch (FloeException e) {
                throw e.at("indexes[" + indexes.size() + "]");
            }
        }
        return indexes;
    }

    /** An index that comes to others. */
    static TableIndex resolve(DeclaredIndex declared, Schema schema, List<TableIndex> others) {
        if (others.size() >= INDEXES_MAX) {
            throw TableRules.invalid("a table has at most " + INDEXES_MAX + " indexes");
        }
        if (!NAME.matcher(declared.name()).matches()) {
            throw TableRules.invalid("the index name '" + TableRules.shown(declared.name()) + "' won't do")
                    .advise("a lower case letter, then letters, digits and _, at most 63");
        }
        if (declared.columns().isEmpty() || declared.columns().size() > COLUMNS_MAX) {
            throw TableRules.invalid("the index " + declared.name() + " has "
                    + declared.columns().size() + " columns: an index has 1 to " + COLUMNS_MAX);
        }
        List<Integer> ids = new ArrayList<>();
        for (String name : declared.columns()) {
            ids.add(column(declared, name, schema).fieldId());
        }
        if (new HashSet<>(ids).size() < ids.size()) {
            throw TableRules.invalid("the index " + declared.name() + " has a column twice");
        }
        TableIndex index = new TableIndex(declared.name(), new IndexFields(ids));
        for (TableIndex other : others) {
            if (other.name().equals(index.name())) {
                throw TableRules.invalid("the table has an index " + index.name() + " already");
            }
            if (Set.copyOf(other.fields().ids()).equals(Set.copyOf(ids))) {
                throw TableRules.invalid("the index " + other.name() + " is of the same columns");
            }
        }
        return index;
    }

    private static Types.NestedField column(DeclaredIndex index, String name, Schema schema) {
        Types.NestedField column = schema.asStruct().field(name);
        if (column == null) {
            throw TableRules.invalid("the index " + index.name() + " names '" + TableRules.shown(name)
                            + "', which is no column of the table")
                    .advise("name columns as they are declared; nested fields can't be indexed");
        }
        if (NO_INDEXES.contains(column.type().typeId())) {
            throw TableRules.invalid("the column '" + TableRules.shown(name) + "' of the type " + column.type()
                            + " can't be indexed")
                    .advise("an index holds no float, double, list, map or struct");
        }
        return column;
    }
}
