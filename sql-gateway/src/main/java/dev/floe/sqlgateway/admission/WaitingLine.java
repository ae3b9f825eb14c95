package dev.floe.sqlgateway.admission;

import dev.floe.core.name.TenantName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait, tenant by tenant; for one thread at a time.
 *
 * <p>Tenants take turns, each with the one of its own who has waited longest. So whoever is at the head of its tenant
 * waits for at most one turn of each other tenant, however many the others send.
 */
final class WaitingLine<W> {
    /** In the order of their turns; each has somebody. */
    private final Map<TenantName, Deque<W>> tenants = new LinkedHashMap<>();

    private int size;

    int size() {
        return size;
    }

    int size(TenantName tenant) {
        Deque<W> own = tenants.get(tenant);
        return own == null ? 0 : own.size();
    }

    /** How many of each tenant wait. */
    Map<TenantName, Integer> sizes() {
        Map<TenantName, Integer> sizes = new HashMap<>();
        tenants.forEach((tenant, own) -> sizes.put(tenant, own.size()));
        return sizes;
    }

    void add(TenantName tenant, W waiter) {
        tenants.computeIfAbsent(tenant, name -> new ArrayDeque<>()).add(waiter);
        size++;
    }

    /** True where it was here. */
    boolean remove(TenantName tenant, W waiter) {
        Deque<W> own = tenants.get(tenant);
        if (own == null || !own.remove(waiter)) {
            return false;
        }
        gone(tenant, own);
        return true;
    }

    /** Takes out the one whose turn it is, of tenants that {@code mayHave} a place; null where there is none. */
    @Nullable
    W next(Predicate<TenantName> mayHave) {
        Iterator<Map.Entry<TenantName, Deque<W>>> turns = tenants.entrySet().iterator();
        while (turns.hasNext()) {
            Map.Entry<TenantName, Deque<W>> turn = turns.next();
            if (mayHave.test(turn.getKey())) {
                TenantName tenant = turn.getKey();
                Deque<W> own = turn.getValue();
                turns.remove();
                W first = own.remove();
                size--;
                if (!own.isEmpty()) {
                    tenants.put(tenant, own);
                }
                return first;
            }
        }
        return null;
    }

    /**
     * Takes out the last one of the tenant that has most, so that {@code newcomer} has room; null where no tenant would
     * still have as many as the newcomer's.
     */
    @Nullable
    W makeRoom(TenantName newcomer) {
        int most = size(newcomer) + 1;
        TenantName longest = null;
        for (Map.Entry<TenantName, Deque<W>> tenant : tenants.entrySet()) {
            if (tenant.getValue().size() > most) {
                most = tenant.getValue().size();
                longest = tenant.getKey();
            }
        }
        if (longest == null) {
            return null;
        }
        Deque<W> own = tenants.get(longest);
        if (own == null) {
            throw new IllegalStateException("a tenant that waits has somebody");
        }
        W last = own.removeLast();
        gone(longest, own);
        return last;
    }

    private void gone(TenantName tenant, Deque<W> own) {
        size--;
        if (own.isEmpty()) {
            tenants.remove(tenant);
        }
    }
}
