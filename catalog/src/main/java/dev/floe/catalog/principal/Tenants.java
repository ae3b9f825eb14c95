package dev.floe.catalog.principal;

import dev.floe.core.name.TenantName;
import java.time.Instant;
import java.util.List;

/** The catalog's tenants; {@code default} always exists. */
public interface Tenants {
    /** A tenant and when it came to be. */
    record Tenant(TenantName name, Instant createdAt) {}

    /** Creates the tenant and its Iceberg namespace; throws TENANT_EXISTS. */
    Tenant create(TenantName name);

    List<Tenant> list();

    boolean exists(TenantName name);
}
