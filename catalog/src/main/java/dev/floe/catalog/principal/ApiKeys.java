package dev.floe.catalog.principal;

import dev.floe.core.name.TenantName;
import dev.floe.core.settings.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * API keys. A key reads {@code floe_<id>_<secret>}: a public id and 256 random bits, of which only a SHA-256 is kept.
 */
public interface ApiKeys {
    /** A key without its secret; {@code revokedAt} is empty while it is in force. */
    record ApiKey(
            String id,
            TenantName tenant,
            Set<Role> roles,
            String label,
            Instant createdAt,
            Optional<Instant> revokedAt) {}

    /** A new key with the whole of it, which can't be had again. */
    record NewKey(ApiKey key, Secret whole) {}

    /** Throws TENANT_NOT_FOUND. */
    NewKey create(TenantName tenant, Set<Role> roles, String label);

    List<ApiKey> list(TenantName tenant);

    /** Throws KEY_NOT_FOUND where the tenant has no such key; revoking twice is no error. */
    ApiKey revoke(TenantName tenant, String id);

    /** Who a whole key is, or empty where it is unknown, malformed or revoked; compares in constant time. */
    Optional<Principal> authenticate(String wholeKey);
}
