package dev.floe.catalog.principal;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.util.Set;

/** Who makes a call: a key of a tenant with its roles. ADMIN includes the other roles. */
public record Principal(TenantName tenant, String keyId, Set<Role> roles) {
    public Principal {
        roles = Set.copyOf(roles);
    }

    public boolean has(Role role) {
        return roles.contains(role) || roles.contains(Role.ADMIN);
    }

    /** Admins of the default tenant operate the whole installation. */
    public boolean isOperator() {
        return tenant.equals(TenantName.DEFAULT) && roles.contains(Role.ADMIN);
    }

    /** Throws PERMISSION_DENIED without the role. */
    public void require(Role role) {
        if (!has(role)) {
            throw new FloeException(ErrorCode.PERMISSION_DENIED, "key " + keyId + " lacks the role " + role)
                    .advise("ask an admin of the tenant for a key with that role");
        }
    }
}
