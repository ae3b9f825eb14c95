package dev.floe.client;

import java.util.List;
import java.util.Set;

/** Tables, tenants and keys of the caller's tenant; an empty tenant name means the caller's. */
public interface CatalogClient {
    /** Throws TABLE_EXISTS unless {@code ifNotExists}. */
    TableInfo createTable(String tenant, TableSpec spec, boolean ifNotExists);

    /** The same from a YAML declaration. */
    TableInfo createTable(String tenant, String yaml, boolean ifNotExists);

    /** The table with its state; throws TABLE_NOT_FOUND. */
    TableInfo describeTable(String tenant, String table);

    /** Tables by name, without state. */
    List<TableInfo> listTables(String tenant);

    /** Changes a table's columns, all of the changes or none; each is made to the result of those before it. */
    TableInfo alterTable(String tenant, String table, List<ColumnChange> changes);

    /**
     * Brings a table to a YAML declaration; columns are told by their names, so none is renamed.
     *
     * <p>Columns that the declaration lacks are dropped with {@code allowDrops}, and refused without.
     */
    TableInfo alterTable(String tenant, String yaml, boolean allowDrops);

    /**
     * Lets a suspended table be written again; {@code accept} is the suspension's code where its loss is accepted, or
     * empty.
     */
    TableInfo resumeTable(String tenant, String table, String accept);

    /** Asks for a full compaction, or joins the one that runs; {@link #describeTable} tells how far it is. */
    TableInfo compactTable(String tenant, String table);

    /** Keeps the table's compaction from beginning merges, or lets it begin them again. */
    TableInfo pauseCompaction(String tenant, String table, boolean paused);

    /**
     * Asks for maintenance of the table, or joins the one that runs; {@link #describeTable} tells how far it is.
     *
     * @param dryRun count what would go, and change nothing
     */
    TableInfo maintainTable(String tenant, String table, boolean dryRun);

    /** False where there was none and {@code ifExists}; throws TABLE_NOT_FOUND otherwise. */
    boolean dropTable(String tenant, String table, boolean ifExists);

    TenantInfo createTenant(String name);

    List<TenantInfo> listTenants();

    NewKey createKey(String tenant, Set<Role> roles, String label);

    List<KeyInfo> listKeys(String tenant);

    KeyInfo revokeKey(String tenant, String id);

    ServerStatus status();
}
