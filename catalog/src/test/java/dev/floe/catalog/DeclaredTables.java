package dev.floe.catalog;

import dev.floe.catalog.table.BadRowPolicy;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableMode;
import dev.floe.core.name.TableName;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types;

/** Declarations that the catalog's tests use. */
final class DeclaredTables {
    private DeclaredTables() {}

    static TableDeclaration routes() {
        return new TableDeclaration(
                TableName.of("default", "routes"),
                TableMode.UPSERT,
                columns(),
                List.of("origin", "destination"),
                0,
                List.of(),
                BadRowPolicy.REJECT,
                Map.of("write.parquet.page-row-limit", "20000"));
    }

    static TableDeclaration append(TableName name) {
        return new TableDeclaration(
                name, TableMode.APPEND, columns(), List.of(), 0, List.of(), BadRowPolicy.REJECT_BATCH, Map.of());
    }

    static List<Types.NestedField> columns() {
        return List.of(
                Types.NestedField.required(7, "origin", Types.StringType.get()),
                Types.NestedField.required(8, "destination", Types.StringType.get(), "where it lands"),
                Types.NestedField.optional(9, "seen", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(10, "tags", Types.ListType.ofOptional(11, Types.DecimalType.of(10, 2))));
    }
}
