package dev.floe.catalogserver.rpc;

import dev.floe.auth.rpc.CurrentPrincipal;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;

/**
 * What the caller of a call may reach.
 *
 * <p>Naming another tenant is refused to all but operators before anything is looked up, so that the answer says
 * nothing about whether the tenant or its table exists.
 */
record Caller(Principal principal) {
    static Caller current() {
        return new Caller(CurrentPrincipal.get());
    }

    /** The tenant a request names, or the caller's own; throws PERMISSION_DENIED for another's. */
    TenantName tenant(String requested) {
        if (!mayReach(requested)) {
            throw new FloeException(
                            ErrorCode.PERMISSION_DENIED, "only operators of the installation may name another tenant")
                    .at("tenant")
                    .advise("leave the tenant out, or use a key of that tenant");
        }
        return requested.isEmpty() ? principal.tenant() : new TenantName(requested);
    }

    /** A table of the tenant a request names; throws TABLE_NOT_FOUND for another's. */
    TableName table(String tenant, String table) {
        if (!mayReach(tenant)) {
            throw notFound(table);
        }
        return new TableName(tenant(tenant), table);
    }

    Caller requireAdmin() {
        principal.require(Role.ADMIN);
        return this;
    }

    Caller requireOperator() {
        if (!principal.isOperator()) {
            throw new FloeException(ErrorCode.PERMISSION_DENIED, "only operators of the installation may do this")
                    .advise("use a key with the role ADMIN of the tenant " + TenantName.DEFAULT);
        }
        return this;
    }

    boolean isAdmin() {
        return principal.has(Role.ADMIN);
    }

    static FloeException notFound(String table) {
        // the name itself may be hostile: the rule for names refuses those it may not repeat
        TableName name = new TableName(TenantName.DEFAULT, table);
        return new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no table " + name.table())
                .advise("list the tables to see their names");
    }

    private boolean mayReach(String tenant) {
        return tenant.isEmpty() || tenant.equals(principal.tenant().value()) || principal.isOperator();
    }
}
