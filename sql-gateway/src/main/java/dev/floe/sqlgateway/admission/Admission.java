package dev.floe.sqlgateway.admission;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Places for things that may exist at once, so many overall and so many for one tenant. */
public final class Admission {
    private static final long RETRY_MILLIS = 1_000;

    private final String things;
    private final String advice;
    private final int max;
    private final int perTenantMax;
    private final Map<TenantName, Integer> taken = new HashMap<>();
    private int total;

    /** {@code things} and {@code advice} complete the error of those refused. */
    public Admission(String things, String advice, int max, int perTenantMax) {
        this.things = things;
        this.advice = advice;
        this.max = max;
        this.perTenantMax = perTenantMax;
    }

    /** Takes a place; throws OVERLOADED where there is none. */
    public Place admit(TenantName tenant) {
        synchronized (taken) {
            int own = taken.getOrDefault(tenant, 0);
            if (own >= perTenantMax) {
                throw refused("the tenant has " + own + " " + things + ", the most it may have");
            }
            if (total >= max) {
                throw refused("the server is busy with " + things);
            }
            taken.put(tenant, own + 1);
            total++;
        }
        return new Place(tenant);
    }

    /** Places taken. */
    public int taken() {
        synchronized (taken) {
            return total;
        }
    }

    private FloeException refused(String message) {
        return new FloeException(ErrorCode.OVERLOADED, message).advise(advice).retryAfter(RETRY_MILLIS);
    }

    /** A place taken until it is closed; closing it again does nothing. */
    public final class Place implements AutoCloseable {
        private final TenantName tenant;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Place(TenantName tenant) {
            this.tenant = tenant;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                synchronized (taken) {
                    taken.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
                    total--;
                }
            }
        }
    }
}
