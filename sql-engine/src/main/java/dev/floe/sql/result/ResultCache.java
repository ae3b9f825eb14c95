package dev.floe.sql.result;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.floe.core.count.NamedCounts;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.ResultCount;
import dev.floe.sql.engine.ResultCounts;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.memtable.VectorBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results under all that they are made of, each tenant's apart; safe for use by several threads.
 *
 * <p>Invariants: what a {@link ResultKey} names never changes, so a result is never wrong, only forgotten, and nothing
 * has to be told when tables change. A result is here whole or not at all. Those kept take at most three quarters of
 * {@code bytesMax}, those in the making the rest, of which a tenant has at most half; one that grows beyond a sixteenth
 * of {@code bytesMax} is given up. Where there is no room, the tenant that has most bytes loses what it used longest
 * ago: a tenant that asks much displaces its own results before another's.
 */
final class ResultCache {
    private static final int MAKING_SHARE = 4;
    private static final int RESULT_SHARE = 16;
    private static final int BATCH_BYTES = 100;
    private static final int COLUMN_BYTES = 100;

    private final long resultBytesMax;
    private final long makingBytesMax;
    private final long keptBytesMax;

    @GuardedBy("this")
    private final Map<TenantName, Tenant> tenants = new HashMap<>();

    private final NamedCounts<TenantName, ResultCount> sums;

    @GuardedBy("this")
    private long keptBytes;

    @GuardedBy("this")
    private long makingBytes;

    @GuardedBy("this")
    private long hits;

    @GuardedBy("this")
    private long misses;

    @GuardedBy("this")
    private long evicted;

    private record Kept(List<ColumnBatch> batches, long bytes) {}

    private static final class Tenant {
        /** The one used longest ago first. */
        private final Map<ResultKey, Kept> results = new LinkedHashMap<>(16, 0.75f, true);

        private long keptBytes;
        private long makingBytes;

        private long keptBytes() {
            return keptBytes;
        }
    }

    /** {@code sums} is told what becomes of each tenant's results. */
    ResultCache(long bytesMax, NamedCounts<TenantName, ResultCount> sums) {
        this.sums = sums;
        this.resultBytesMax = bytesMax / RESULT_SHARE;
        this.makingBytesMax = bytesMax / MAKING_SHARE;
        this.keptBytesMax = bytesMax - makingBytesMax;
    }

    /** The batches of a result, or null where it is not here. */
    synchronized @Nullable List<ColumnBatch> find(TenantName name, ResultKey key) {
        Tenant tenant = tenants.get(name);
        Kept kept = tenant == null ? null : tenant.results.get(key);
        if (kept == null) {
            misses++;
            sums.add(name, ResultCount.MISSES, 1);
            return null;
        }
        hits++;
        sums.add(name, ResultCount.HITS, 1);
        return kept.batches;
    }

    /** A result that is about to be found. */
    Draft draft(TenantName tenant, ResultKey key) {
        return new Draft(tenant, key);
    }

    synchronized ResultCounts counts() {
        long kept = tenants.values().stream()
                .mapToLong(tenant -> tenant.results.size())
                .sum();
        return new ResultCounts(hits, misses, evicted, kept, keptBytes);
    }

    /** Heap that the kept results of each tenant take. */
    synchronized Map<TenantName, Long> bytesByTenant() {
        Map<TenantName, Long> bytes = new HashMap<>();
        tenants.forEach((name, tenant) -> bytes.put(name, tenant.keptBytes));
        return bytes;
    }

    /** Heap that results in the making take. */
    synchronized long makingBytes() {
        return makingBytes;
    }

    private synchronized boolean grow(TenantName name, long bytes) {
        Tenant tenant = tenants.get(name);
        long own = tenant == null ? 0 : tenant.makingBytes;
        if (makingBytes + bytes > makingBytesMax || own + bytes > makingBytesMax / 2) {
            return false;
        }
        tenants.computeIfAbsent(name, any -> new Tenant()).makingBytes += bytes;
        makingBytes += bytes;
        return true;
    }

    @GuardedBy("this")
    private Tenant shrink(TenantName name, long bytes) {
        Tenant tenant = tenants.computeIfAbsent(name, any -> new Tenant());
        tenant.makingBytes -= bytes;
        makingBytes -= bytes;
        return tenant;
    }

    private synchronized void drop(TenantName name, long bytes) {
        shrink(name, bytes);
        forgetIdle(name);
    }

    private synchronized void keep(TenantName name, ResultKey key, Kept result) {
        Tenant tenant = shrink(name, result.bytes);
        // who ran the same at the same time found the same
        if (tenant.results.putIfAbsent(key, result) == null) {
            tenant.keptBytes += result.bytes;
            keptBytes += result.bytes;
        }
        while (keptBytes > keptBytesMax) {
            evict();
        }
    }

    @GuardedBy("this")
    private void evict() {
        Map.Entry<TenantName, Tenant> most = tenants.entrySet().stream()
                .max(Map.Entry.comparingByValue(Comparator.comparingLong(Tenant::keptBytes)))
                .orElseThrow(() -> new IllegalStateException("bytes are somebody's"));
        Tenant tenant = most.getValue();
        Iterator<Kept> oldest = tenant.results.values().iterator();
        Kept gone = oldest.next();
        oldest.remove();
        tenant.keptBytes -= gone.bytes;
        keptBytes -= gone.bytes;
        evicted++;
        sums.add(most.getKey(), ResultCount.EVICTED, 1);
        forgetIdle(most.getKey());
    }

    @GuardedBy("this")
    private void forgetIdle(TenantName name) {
        tenants.computeIfPresent(
                name, (any, tenant) -> tenant.results.isEmpty() && tenant.makingBytes == 0 ? null : tenant);
    }

    /** A result in the making: batches so far, until it is kept or dropped; for one thread. */
    final class Draft {
        private final TenantName tenant;
        private final ResultKey key;
        private final List<ColumnBatch> batches = new ArrayList<>();
        private long bytes;
        private boolean over;

        private Draft(TenantName tenant, ResultKey key) {
            this.tenant = tenant;
            this.key = key;
            grow(key.bytes());
        }

        /** The next batch of the result. */
        void add(ColumnBatch batch) {
            if (!over) {
                batches.add(batch);
                grow(BATCH_BYTES + (long) COLUMN_BYTES * batch.columns().size() + VectorBytes.of(batch));
            }
        }

        /** The batches are the whole result. */
        void keep() {
            if (!over) {
                over = true;
                ResultCache.this.keep(tenant, key, new Kept(List.copyOf(batches), bytes));
                batches.clear();
            }
        }

        /** The result will not be whole; does nothing where it was kept. */
        void drop() {
            if (!over) {
                over = true;
                batches.clear();
                ResultCache.this.drop(tenant, bytes);
            }
        }

        private void grow(long more) {
            if (bytes + more > resultBytesMax || !ResultCache.this.grow(tenant, more)) {
                drop();
                return;
            }
            bytes += more;
        }
    }
}
