package dev.floe.catalog.table;

import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/**
 * The catalog's tables. Every method may throw CATALOG_UNAVAILABLE; all are safe for use by several threads.
 *
 * <p>Definitions are cached for a short, stated time by the implementation; {@link #schemaAt} never changes and is
 * cached for good.
 */
public interface Tables {
    /**
     * Creates the table and its Iceberg table; throws TABLE_EXISTS, TENANT_NOT_FOUND or INVALID_TABLE.
     *
     * <p>Takes up to a second and a half where a table of the name was dropped just now.
     */
    TableDefinition create(TableDeclaration declaration);

    /**
     * Changes the table's columns and indexes, all of the changes or none; other columns are a new schema version.
     *
     * <p>Iceberg's schema changes in the same step: no row is written by a version that Iceberg's table lacks. Changes
     * that change nothing make no version. Throws TABLE_NOT_FOUND; INVALID_TABLE or UNKNOWN_COLUMN where a change can't
     * be; SCHEMA_VERSION_MISMATCH where {@code expectedVersion} is not 0 and not the current version.
     */
    TableDefinition alter(TableName name, int expectedVersion, List<ColumnChange> changes);

    /** The definition past all caches. */
    Optional<TableDefinition> findNewest(TableName name);

    /** The current definition, or empty where the tenant has no such table. */
    Optional<TableDefinition> find(TableName name);

    /** The current definition by id, or empty where it was dropped. */
    Optional<TableDefinition> find(UUID tableId);

    /** A tenant's tables by name. */
    List<TableDefinition> list(TenantName tenant);

    /** Every tenant's tables. */
    List<TableDefinition> listAll();

    /** Drops the table and its Iceberg table; false where there was none. */
    boolean drop(TableName name);

    /** The schema of a version of a table that exists; throws SCHEMA_VERSION_MISMATCH where it never had it. */
    Schema schemaAt(UUID tableId, int schemaVersion);

    /** The table's Iceberg table, freshly loaded; throws TABLE_NOT_FOUND. */
    Table iceberg(TableName name);
}
