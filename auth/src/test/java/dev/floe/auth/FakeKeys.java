package dev.floe.auth;

import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keys in memory; only {@link #authenticate} is there. */
public final class FakeKeys implements ApiKeys {
    private final Map<String, Principal> principals = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean down;

    /** Makes {@code wholeKey} the key of a principal. */
    public Principal add(String wholeKey, String tenant, Role... roles) {
        Principal principal = new Principal(new TenantName(tenant), "id-of-" + wholeKey, Set.of(roles));
        principals.put(wholeKey, principal);
        return principal;
    }

    public void remove(String wholeKey) {
        principals.remove(wholeKey);
    }

    /** From now on every question fails. */
    public void breakDown() {
        down = true;
    }

    public int asked() {
        return asked.get();
    }

    @Override
    public Optional<Principal> authenticate(String wholeKey) {
        asked.incrementAndGet();
        if (down) {
            throw new FloeException(ErrorCode.CATALOG_UNAVAILABLE, "the catalog's database did not answer");
        }
        return Optional.ofNullable(principals.get(wholeKey));
    }

    @Override
    public NewKey create(TenantName tenant, Set<Role> roles, String label) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ApiKey> list(TenantName tenant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ApiKey revoke(TenantName tenant, String id) {
        throw new UnsupportedOperationException();
    }
}
