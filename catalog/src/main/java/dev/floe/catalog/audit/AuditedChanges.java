package dev.floe.catalog.audit;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of tables by admins, each recorded in the audit once it is done; safe for use by several threads.
 *
 * <p>Whether a principal may reach the tenant of a table is for the caller to know.
 */
public final class AuditedChanges {
    private static final Logger LOG = LoggerFactory.getLogger(AuditedChanges.class);

    private final Tables tables;
    private final Audit audit;

    public AuditedChanges(Tables tables, Audit audit) {
        this.tables = tables;
        this.audit = audit;
    }

    /** The table made, or the one there was where that is no mistake. Throws as {@link Tables#create}. */
    public TableDefinition create(Principal actor, TableDeclaration declaration, boolean ifNotExists) {
        actor.require(Role.ADMIN);
        TableName name = declaration.name();
        try {
            TableDefinition table = tables.create(declaration);
            record(actor, name.tenant(), "create-table", name.table());
            return table;
        } catch (FloeException e) {
            if (ifNotExists && e.code() == ErrorCode.TABLE_EXISTS) {
                return tables.find(name).orElseThrow(() -> e);
            }
            throw e;
        }
    }

    /** Throws as {@link Tables#alter}. */
    public TableDefinition alter(Principal actor, TableName name, int expectedVersion, List<ColumnChange> changes) {
        actor.require(Role.ADMIN);
        TableDefinition altered = tables.alter(name, expectedVersion, changes);
        record(actor, name.tenant(), "alter-table", name.table() + " version " + altered.schemaVersion());
        return altered;
    }

    /** False where there was none and that is no mistake; else throws TABLE_NOT_FOUND. */
    public boolean drop(Principal actor, TableName name, boolean ifExists) {
        actor.require(Role.ADMIN);
        boolean dropped = tables.drop(name);
        if (!dropped && !ifExists) {
            throw new FloeException(ErrorCode.TABLE_NOT_FOUND, "there is no table " + name.table())
                    .advise("list the tables to see their names");
        }
        if (dropped) {
            record(actor, name.tenant(), "drop-table", name.table());
        }
        return dropped;
    }

    /** The change is made: a caller told otherwise would make it again, so a failure here goes to the log. */
    public void record(Principal actor, TenantName tenant, String action, String subject) {
        try {
            audit.record(actor, tenant, action, subject);
        } catch (RuntimeException e) {
            LOG.error(
                    "audit entry not stored tenant={} actor={}/{} action={} subject={}",
                    tenant,
                    actor.tenant(),
                    actor.keyId(),
                    action,
                    subject,
                    e);
        }
    }
}
