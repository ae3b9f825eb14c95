package dev.floe.core.name;

/** Name of a tenant, which is an Iceberg namespace: {@code [a-z][a-z0-9_]{0,62}}. */
public record TenantName(String value) implements Comparable<TenantName> {
    /** The tenant of a new installation; its admins operate all of it. */
    public static final TenantName DEFAULT = new TenantName("default");

    public TenantName {
        Names.check("tenant", value);
    }

    @Override
    public int compareTo(TenantName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
