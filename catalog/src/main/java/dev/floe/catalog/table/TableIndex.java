package dev.floe.catalog.table;

import dev.floe.storage.sidecar.IndexFields;
import java.util.List;
import org.apache.iceberg.Schema;

/** A secondary index of a table; its columns are told by their field ids, so it outlives renames. */
public record TableIndex(String name, IndexFields fields) {
    /** Names of the columns, in the index's order. */
    public List<String> columns(Schema schema) {
        return fields.ids().stream().map(schema::findColumnName).toList();
    }

    DeclaredIndex declared(Schema schema) {
        return new DeclaredIndex(name, columns(schema));
    }
}
