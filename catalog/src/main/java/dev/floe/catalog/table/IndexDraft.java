package dev.floe.catalog.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** The secondary indexes that changes make of a table's. */
final class IndexDraft {
    private final List<TableIndex> indexes;

    IndexDraft(List<TableIndex> indexes) {
        this.indexes = new ArrayList<>(indexes);
    }

    List<TableIndex> indexes() {
        return List.copyOf(indexes);
    }

    /** Throws INVALID_TABLE where the index can't be. */
    void add(DeclaredIndex index, Schema schema) {
        indexes.add(IndexRules.resolve(index, schema, indexes));
    }

    void drop(String name) {
        if (!indexes.removeIf(index -> index.name().equals(name))) {
            throw TableRules.invalid("the table has no index '" + TableRules.shown(name) + "'")
                    .advise("describe the table to see its indexes");
        }
    }

    /** Throws INVALID_TABLE where an index has the column. */
    void requireFree(Types.NestedField column) {
        for (TableIndex index : indexes) {
            if (index.fields().ids().contains(column.fieldId())) {
                throw TableRules.invalid("the column '" + TableRules.shown(column.name())
                                + "' can't be dropped: the index " + index.name() + " is of it")
                        .advise("drop the index first, which may be in the same call");
            }
        }
    }
}
