package dev.floe.sqlgateway.flight;

import com.google.protobuf.Message;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.sql.arrow.ArrowSchemas;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.ResultColumn;
import dev.floe.sqlgateway.arrow.ArrowPart;
import dev.floe.sqlgateway.jdbc.LikePattern;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has, as Flight SQL lists it: one catalog, in it the tenant as its one schema.
 *
 * <p>Clients that walk from catalogs to schemas to tables need a catalog to begin with, so all listings name the same
 * one; statements may name it too, or leave it out.
 */
final class FlightMetadata {
    private static final String TABLE_TYPE = "TABLE";

    private final Tables tables;
    private final ServerFacts facts;

    FlightMetadata(Tables tables, ServerFacts facts) {
        this.tables = tables;
        this.facts = facts;
    }

    /** Whether a command asks for metadata. */
    static boolean answers(Message command) {
        return !(command instanceof FlightSql.CommandStatementQuery
                || command instanceof FlightSql.CommandPreparedStatementQuery
                || command instanceof FlightSql.CommandStatementUpdate
                || command instanceof FlightSql.CommandPreparedStatementUpdate
                || command instanceof FlightSql.CommandStatementSubstraitPlan
                || command instanceof FlightSql.CommandStatementIngest
                || command instanceof FlightSql.TicketStatementQuery);
    }

    /** The schema of the listing that a command asks for. */
    static Schema schema(Message command) {
        if (command instanceof FlightSql.CommandGetCatalogs) {
            return Schemas.GET_CATALOGS_SCHEMA;
        }
        if (command instanceof FlightSql.CommandGetDbSchemas) {
            return Schemas.GET_SCHEMAS_SCHEMA;
        }
        if (command instanceof FlightSql.CommandGetTables ask) {
            return ask.getIncludeSchema() ? Schemas.GET_TABLES_SCHEMA : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA;
        }
        if (command instanceof FlightSql.CommandGetTableTypes) {
            return Schemas.GET_TABLE_TYPES_SCHEMA;
        }
        if (command instanceof FlightSql.CommandGetPrimaryKeys) {
            return Schemas.GET_PRIMARY_KEYS_SCHEMA;
        }
        if (command instanceof FlightSql.CommandGetSqlInfo) {
            return Schemas.GET_SQL_INFO_SCHEMA;
        }
        if (command instanceof FlightSql.CommandGetXdbcTypeInfo) {
            return Schemas.GET_TYPE_INFO_SCHEMA;
        }
        // imported and exported keys and cross references have the same
        return Schemas.GET_IMPORTED_KEYS_SCHEMA;
    }

    Listing listing(Principal principal, Message command) {
        Schema schema = schema(command);
        String tenant = principal.tenant().value();
        if (command instanceof FlightSql.CommandGetCatalogs) {
            return Listing.of(schema, Stream.of(Listing.row(QueryEngine.CATALOG)));
        }
        if (command instanceof FlightSql.CommandGetDbSchemas ask) {
            boolean here = isHere(ask.hasCatalog(), ask.getCatalog())
                    && pattern(ask.hasDbSchemaFilterPattern(), ask.getDbSchemaFilterPattern())
                            .matches(tenant);
            return Listing.of(schema, here ? Stream.of(Listing.row(QueryEngine.CATALOG, tenant)) : Stream.empty());
        }
        if (command instanceof FlightSql.CommandGetTables ask) {
            return Listing.of(
                    schema, found(principal, ask).map(table -> tableRow(tenant, table, ask.getIncludeSchema())));
        }
        if (command instanceof FlightSql.CommandGetTableTypes) {
            return Listing.of(schema, Stream.of(Listing.row(TABLE_TYPE)));
        }
        if (command instanceof FlightSql.CommandGetPrimaryKeys ask) {
            return primaryKeys(principal, ask);
        }
        if (command instanceof FlightSql.CommandGetSqlInfo ask) {
            return facts.infos(ask.getInfoList());
        }
        if (command instanceof FlightSql.CommandGetXdbcTypeInfo ask) {
            return XdbcType.listing(ask.hasDataType(), ask.getDataType());
        }
        return Listing.empty(schema);
    }

    private static boolean isHere(boolean asked, String catalog) {
        return !asked || catalog.equalsIgnoreCase(QueryEngine.CATALOG);
    }

    private static LikePattern pattern(boolean asked, String pattern) {
        return LikePattern.of(asked ? pattern : null);
    }

    private Stream<TableDefinition> found(Principal principal, FlightSql.CommandGetTables ask) {
        boolean here = isHere(ask.hasCatalog(), ask.getCatalog())
                && pattern(ask.hasDbSchemaFilterPattern(), ask.getDbSchemaFilterPattern())
                        .matches(principal.tenant().value())
                && (ask.getTableTypesCount() == 0 || ask.getTableTypesList().contains(TABLE_TYPE));
        if (!here) {
            return Stream.empty();
        }
        LikePattern names = pattern(ask.hasTableNameFilterPattern(), ask.getTableNameFilterPattern());
        return tables.list(principal.tenant()).stream()
                .filter(table -> names.matches(table.name().table()));
    }

    private static List<@Nullable Object> tableRow(String tenant, TableDefinition table, boolean withSchema) {
        String name = table.name().table();
        return withSchema
                ? Listing.row(
                        QueryEngine.CATALOG,
                        tenant,
                        name,
                        TABLE_TYPE,
                        ArrowPart.framed(columns(table)).asReadOnlyByteBuffer())
                : Listing.row(QueryEngine.CATALOG, tenant, name, TABLE_TYPE);
    }

    /** As a query of all columns has it. */
    private static Schema columns(TableDefinition table) {
        return ArrowSchemas.of(table.schema().columns().stream()
                .map(column -> new ResultColumn(
                        column.name(),
                        column.type(),
                        column.isOptional() && !table.key().contains(column.name())))
                .toList());
    }

    /** In any case, as names are in patterns: Arrow's JDBC driver has tools such as sqlline ask in capitals. */
    private Listing primaryKeys(Principal principal, FlightSql.CommandGetPrimaryKeys ask) {
        String tenant = principal.tenant().value();
        boolean here = isHere(ask.hasCatalog(), ask.getCatalog())
                && (!ask.hasDbSchema() || ask.getDbSchema().equalsIgnoreCase(tenant));
        Stream<TableDefinition> asked = here
                ? tables.list(principal.tenant()).stream()
                        .filter(table -> table.name().table().equalsIgnoreCase(ask.getTable()))
                : Stream.empty();
        return Listing.of(
                schema(ask),
                asked.flatMap(table -> IntStream.range(0, table.key().size())
                        .mapToObj(i -> Listing.row(
                                QueryEngine.CATALOG,
                                tenant,
                                table.name().table(),
                                table.key().get(i),
                                i + 1,
                                null))));
    }
}
