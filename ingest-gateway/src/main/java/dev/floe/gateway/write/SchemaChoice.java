package dev.floe.gateway.write;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.convert.Target;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * The version of a table's columns that a batch is read by.
 *
 * <p>An older version does as long as its rows still fit: no column required since is missing from it, and no key
 * column is new. Its entries keep the old version and are brought forward, by field id, where they are read.
 */
record SchemaChoice(Target target, int version) {
    static SchemaChoice of(Tables tables, TableDefinition table, int asked) {
        if (asked == 0 || asked == table.schemaVersion()) {
            return new SchemaChoice(target(table, table.schema()), table.schemaVersion());
        }
        if (asked < 0 || asked > table.schemaVersion()) {
            throw mismatch(table, asked, "the table never had it");
        }
        Schema old = tables.schemaAt(table.id(), asked);
        for (Types.NestedField column : table.schema().columns()) {
            Types.NestedField before = old.findField(column.fieldId());
            boolean needed = column.isRequired() || table.keyFieldIds().contains(column.fieldId());
            if (needed && (before == null || (column.isRequired() && before.isOptional()))) {
                throw mismatch(table, asked, "the column '" + column.name() + "' has become required since");
            }
        }
        return new SchemaChoice(target(table, old), asked);
    }

    private static Target target(TableDefinition table, Schema schema) {
        return new Target(schema, table.mode(), table.keyFieldIds());
    }

    private static FloeException mismatch(TableDefinition table, int asked, String why) {
        return new FloeException(
                        ErrorCode.SCHEMA_VERSION_MISMATCH,
                        "schema version " + asked + " does not fit, the current one is " + table.schemaVersion() + ": "
                                + why)
                .advise("describe the table and send rows of version " + table.schemaVersion());
    }
}
