package dev.floe.core.name;

/** A table within its tenant; both parts follow {@code [a-z][a-z0-9_]{0,62}}. */
public record TableName(TenantName tenant, String table) implements Comparable<TableName> {
    public TableName {
        Names.check("table", table);
    }

    public static TableName of(String tenant, String table) {
        return new TableName(new TenantName(tenant), table);
    }

    @Override
    public int compareTo(TableName other) {
        int byTenant = tenant.compareTo(other.tenant);
        return byTenant != 0 ? byTenant : table.compareTo(other.table);
    }

    @Override
    public String toString() {
        return tenant + "." + table;
    }
}
