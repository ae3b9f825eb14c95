package dev.floe.catalog.audit;

import dev.floe.catalog.principal.Principal;
import dev.floe.core.name.TenantName;
import java.time.Instant;
import java.util.List;

/** The record of changes made by principals; entries are never changed or removed. */
public interface Audit {
    /**
     * One change.
     *
     * @param tenant whose things were changed
     * @param actor tenant and key id of the principal, as {@code tenant/id}
     * @param action such as {@code create-table}
     * @param subject what it was done to, such as a table's name or a key's id
     */
    record Entry(Instant at, TenantName tenant, String actor, String action, String subject) {}

    void record(Principal actor, TenantName tenant, String action, String subject);

    /** A tenant's newest entries, newest first. */
    List<Entry> newest(TenantName tenant, int limit);
}
