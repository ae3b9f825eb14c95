package dev.floe.sqlgateway.jdbc;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.TableMode;
import dev.floe.catalog.table.Tables;
import java.sql.DatabaseMetaData;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.remote.Service;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DatabaseMetaData} tells: the tenant is the one schema, and there are no catalogs.
 *
 * <p>Avatica's protocol has no calls for primary keys and indexes, and its driver answers that there are none; so
 * columns carry more fields than JDBC asks for: {@code KEY_SEQ} is the column's place in the key from 1, or null, and
 * {@code INDEX_SEQS} its places in secondary indexes, such as {@code by_day:1 by_day_and_total:2}.
 */
final class JdbcMetadata {
    private static final String TABLE_TYPE = "TABLE";
    private static final int RADIX = 10;
    private static final List<Type> TYPES = List.of(
            Types.BooleanType.get(),
            Types.IntegerType.get(),
            Types.LongType.get(),
            Types.FloatType.get(),
            Types.DoubleType.get(),
            Types.DecimalType.of(38, 0),
            Types.DateType.get(),
            Types.TimeType.get(),
            Types.TimestampType.withoutZone(),
            Types.TimestampType.withZone(),
            Types.StringType.get(),
            Types.UUIDType.get(),
            Types.BinaryType.get());

    private final JdbcSessions sessions;
    private final Tables tables;

    JdbcMetadata(JdbcSessions sessions, Tables tables) {
        this.sessions = sessions;
        this.tables = tables;
    }

    Service.ResultSetResponse tables(Principal principal, Service.TablesRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        MetadataRows rows = new MetadataRows()
                .texts("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS", "TYPE_CAT", "TYPE_SCHEM")
                .texts("TYPE_NAME", "SELF_REFERENCING_COL_NAME", "REF_GENERATION");
        List<String> types = request.typeList;
        if (types == null || types.isEmpty() || types.contains(TABLE_TYPE)) {
            for (TableDefinition table :
                    found(principal, request.catalog, request.schemaPattern, request.tableNamePattern)) {
                String schema = principal.tenant().value();
                String name = table.name().table();
                rows.row(null, schema, name, TABLE_TYPE, remarks(table), null, null, null, null, null);
            }
        }
        return rows.response(request.connectionId, session.nextId());
    }

    private static String remarks(TableDefinition table) {
        return table.mode() == TableMode.UPSERT ? "upsert, keyed by " + String.join(", ", table.key()) : "append";
    }

    private List<TableDefinition> found(
            Principal principal, @Nullable String catalog, @Nullable String schema, @Nullable String table) {
        boolean elsewhere = catalog != null && !catalog.isEmpty();
        if (elsewhere || !LikePattern.of(schema).matches(principal.tenant().value())) {
            return List.of();
        }
        LikePattern names = LikePattern.of(table);
        return tables.list(principal.tenant()).stream()
                .filter(found -> names.matches(found.name().table()))
                .toList();
    }

    Service.ResultSetResponse columns(Principal principal, Service.ColumnsRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        MetadataRows rows = new MetadataRows()
                .texts("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME")
                .numbers("DATA_TYPE")
                .texts("TYPE_NAME")
                .numbers("COLUMN_SIZE", "BUFFER_LENGTH", "DECIMAL_DIGITS", "NUM_PREC_RADIX", "NULLABLE")
                .texts("REMARKS", "COLUMN_DEF")
                .numbers("SQL_DATA_TYPE", "SQL_DATETIME_SUB", "CHAR_OCTET_LENGTH", "ORDINAL_POSITION")
                .texts("IS_NULLABLE", "SCOPE_CATALOG", "SCOPE_SCHEMA", "SCOPE_TABLE")
                .numbers("SOURCE_DATA_TYPE")
                .texts("IS_AUTOINCREMENT", "IS_GENERATEDCOLUMN")
                .numbers("KEY_SEQ")
                .texts("INDEX_SEQS");
        LikePattern names = LikePattern.of(request.columnNamePattern);
        for (TableDefinition table :
                found(principal, request.catalog, request.schemaPattern, request.tableNamePattern)) {
            List<Types.NestedField> columns = table.schema().columns();
            for (int i = 0; i < columns.size(); i++) {
                if (names.matches(columns.get(i).name())) {
                    column(rows, table, columns.get(i), i + 1, session.form());
                }
            }
        }
        return rows.response(request.connectionId, session.nextId());
    }

    private static void column(
            MetadataRows rows, TableDefinition table, Types.NestedField column, int position, TimeForm form) {
        JdbcType type = JdbcType.of(column.type(), form);
        int keySeq = table.key().indexOf(column.name()) + 1;
        boolean required = column.isRequired() || keySeq > 0;
        Integer radix = type.isSigned() ? RADIX : null;
        rows.row(
                null,
                table.name().tenant().value(),
                table.name().table(),
                column.name(),
                type.id(),
                type.name(),
                type.precision(),
                null,
                type.scale(),
                radix,
                required ? DatabaseMetaData.columnNoNulls : DatabaseMetaData.columnNullable,
                column.doc(),
                defaultOf(column),
                null,
                null,
                type.valueClass() == String.class ? type.precision() : null,
                position,
                required ? "NO" : "YES",
                null,
                null,
                null,
                null,
                "NO",
                "NO",
                keySeq > 0 ? keySeq : null,
                places(table, column));
    }

    /** A column's default as SQL's literal, of the types whose text is one. */
    private static @Nullable String defaultOf(Types.NestedField column) {
        Object value = column.writeDefault();
        if (value == null) {
            return null;
        }
        return switch (column.type().typeId()) {
            case BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> value.toString();
            case STRING -> "'" + value.toString().replace("'", "''") + "'";
            default -> null; // over Iceberg's enum of 20 types
        };
    }

    private static @Nullable String places(TableDefinition table, Types.NestedField column) {
        String places = table.indexes().stream()
                .filter(index -> index.fields().ids().contains(column.fieldId()))
                .map(index -> index.name() + ":" + (index.fields().ids().indexOf(column.fieldId()) + 1))
                .collect(Collectors.joining(" "));
        return places.isEmpty() ? null : places;
    }

    Service.ResultSetResponse schemas(Principal principal, Service.SchemasRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        MetadataRows rows = new MetadataRows().texts("TABLE_SCHEM", "TABLE_CATALOG");
        boolean elsewhere = request.catalog != null && !request.catalog.isEmpty();
        if (!elsewhere
                && LikePattern.of(request.schemaPattern)
                        .matches(principal.tenant().value())) {
            rows.row(principal.tenant().value(), null);
        }
        return rows.response(request.connectionId, session.nextId());
    }

    Service.ResultSetResponse catalogs(Principal principal, Service.CatalogsRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        return new MetadataRows().texts("TABLE_CAT").response(request.connectionId, session.nextId());
    }

    Service.ResultSetResponse tableTypes(Principal principal, Service.TableTypesRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        MetadataRows rows = new MetadataRows().texts("TABLE_TYPE");
        rows.row(TABLE_TYPE);
        return rows.response(request.connectionId, session.nextId());
    }

    Service.ResultSetResponse typeInfo(Principal principal, Service.TypeInfoRequest request) {
        JdbcSession session = sessions.get(principal, request.connectionId);
        MetadataRows rows = new MetadataRows()
                .texts("TYPE_NAME")
                .numbers("DATA_TYPE", "PRECISION")
                .texts("LITERAL_PREFIX", "LITERAL_SUFFIX", "CREATE_PARAMS")
                .numbers("NULLABLE")
                .flags("CASE_SENSITIVE")
                .numbers("SEARCHABLE")
                .flags("UNSIGNED_ATTRIBUTE", "FIXED_PREC_SCALE", "AUTO_INCREMENT")
                .texts("LOCAL_TYPE_NAME")
                .numbers("MINIMUM_SCALE", "MAXIMUM_SCALE", "SQL_DATA_TYPE", "SQL_DATETIME_SUB", "NUM_PREC_RADIX");
        TYPES.stream()
                .map(type -> JdbcType.of(type, session.form()))
                .sorted(Comparator.comparingInt(JdbcType::id))
                .forEach(type -> typeInfo(rows, type));
        return rows.response(request.connectionId, session.nextId());
    }

    private static void typeInfo(MetadataRows rows, JdbcType type) {
        boolean decimal = type.id() == java.sql.Types.DECIMAL;
        String quote = type.valueClass() == String.class ? "'" : null;
        rows.row(
                decimal ? "DECIMAL" : type.name(),
                type.id(),
                type.precision(),
                quote,
                quote,
                decimal ? "precision,scale" : null,
                DatabaseMetaData.typeNullable,
                quote != null,
                DatabaseMetaData.typeSearchable,
                !type.isSigned(),
                false,
                false,
                type.name(),
                0,
                decimal ? type.precision() : 0,
                null,
                null,
                type.isSigned() ? RADIX : null);
    }
}
