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

    /** False where there was none and {@code ifExists}; throws TABLE_NOT_FOUND otherwise. */
    boolean dropTable(String tenant, String table, boolean ifExists);

    TenantInfo createTenant(String name);

    List<TenantInfo> listTenants();

    NewKey createKey(String tenant, Set<Role> roles, String label);

    List<KeyInfo> listKeys(String tenant);

    KeyInfo revokeKey(String tenant, String id);

    ServerStatus status();
}
