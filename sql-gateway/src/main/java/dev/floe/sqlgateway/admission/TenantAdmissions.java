package dev.floe.sqlgateway.admission;

import dev.floe.core.count.NamedCounts;
import dev.floe.core.name.TenantName;
import java.util.Map;

/**
 * What an admission has of each tenant at the moment, and what it did for it since it was opened.
 *
 * @param taken places that tenants have now
 * @param waiting how many of theirs wait for one now
 */
public record TenantAdmissions(
        NamedCounts.Sums<TenantName, AdmissionCount> sums,
        Map<TenantName, Integer> taken,
        Map<TenantName, Integer> waiting) {
    public TenantAdmissions {
        taken = Map.copyOf(taken);
        waiting = Map.copyOf(waiting);
    }
}
