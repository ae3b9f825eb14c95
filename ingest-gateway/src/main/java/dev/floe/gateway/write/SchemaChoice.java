package dev.floe.gateway.write;

import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.gateway.convert.Converted;
import dev.floe.gateway.convert.Target;
import dev.floe.storage.column.SchemaProjection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The version of a table's columns that a batch is read by, and the way from there to the current one.
 *
 * <p>A batch of an older version is read by the names and types of that version and brought forward by field id before
 * it goes to the log. It may lack what is optional or gone by now; a value for a column that is gone is refused, never
 * dropped in silence.
 */
record SchemaChoice(
        TableDefinition table, Target target, @Nullable Schema older) {
    /** {@code table} is the definition as the caller has it; a batch of a later version makes it be read again. */
    static SchemaChoice of(Tables tables, TableDefinition table, int asked) {
        if (asked > table.schemaVersion()) {
            TableDefinition newest = tables.findNewest(table.name()).orElse(table);
            if (asked > newest.schemaVersion() || !newest.id().equals(table.id())) {
                throw neverWas(newest, asked);
            }
            return of(tables, newest, asked);
        }
        if (asked < 0) {
            throw neverWas(table, asked);
        }
        if (asked == 0 || asked == table.schemaVersion()) {
            return new SchemaChoice(table, target(table, table.schema(), Set.of()), null);
        }
        Schema old = tables.schemaAt(table.id(), asked);
        Set<Integer> dropped = new HashSet<>(TypeUtil.indexById(old.asStruct()).keySet());
        dropped.removeAll(TypeUtil.indexById(table.schema().asStruct()).keySet());
        Schema relaxed = relaxed(old, table.schema());
        return new SchemaChoice(table, target(table, relaxed, dropped), relaxed);
    }

    private static Target target(TableDefinition table, Schema schema, Set<Integer> dropped) {
        return new Target(schema, table.mode(), table.keyFieldIds(), dropped, table.versionFieldId());
    }

    /** The batch as one of the current version. */
    Converted forward(Converted converted) {
        Schema from = older;
        if (from == null) {
            return converted;
        }
        List<Converted.Part> parts = converted.parts().stream()
                .map(part -> new Converted.Part(
                        SchemaProjection.projectPresent(part.batch(), from, table.schema()), part.rows()))
                .toList();
        return new Converted(parts, converted.rowsReceived(), converted.rowsRefused(), converted.errors());
    }

    /** An older schema, with what was required then and is not now made optional. */
    private static Schema relaxed(Schema old, Schema current) {
        List<Types.NestedField> columns = new ArrayList<>();
        for (Types.NestedField column : old.columns()) {
            Types.NestedField now = current.findField(column.fieldId());
            boolean isRequired = column.isRequired() && now != null && now.isRequired();
            columns.add(isRequired ? column : column.asOptional());
        }
        return new Schema(columns);
    }

    private static FloeException neverWas(TableDefinition table, int asked) {
        return new FloeException(
                        ErrorCode.SCHEMA_VERSION_MISMATCH,
                        "the table never had the schema version " + asked + ", the current one is "
                                + table.schemaVersion())
                .advise("describe the table and send rows of version " + table.schemaVersion());
    }
}
