package dev.floe.sqlgateway.flight;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.util.HashMap;
import java.util.Map;

/** Bytes of all parameters that are held, within a limit for each tenant and one for the process. */
final class ParameterMemory {
    private static final long RETRY_MILLIS = 1_000;

    private final long bytesMax;
    private final long tenantBytesMax;
    private final Map<TenantName, Long> taken = new HashMap<>();
    private long total;

    ParameterMemory(long bytesMax, long tenantBytesMax) {
        this.bytesMax = bytesMax;
        this.tenantBytesMax = tenantBytesMax;
    }

    Share share(TenantName tenant) {
        return new Share(tenant);
    }

    /** Bytes held by anyone. */
    synchronized long taken() {
        return total;
    }

    private synchronized void take(TenantName tenant, long bytes) {
        long tenants = taken.getOrDefault(tenant, 0L);
        if (bytes > bytesMax - total || bytes > tenantBytesMax - tenants) {
            throw new FloeException(ErrorCode.OVERLOADED, "the server's memory for bound parameters is taken")
                    .advise("close prepared statements that are not used, bind less, or try again shortly")
                    .retryAfter(RETRY_MILLIS);
        }
        total += bytes;
        taken.put(tenant, tenants + bytes);
    }

    private synchronized void give(TenantName tenant, long bytes) {
        total -= bytes;
        taken.computeIfPresent(tenant, (name, tenants) -> tenants == bytes ? null : tenants - bytes);
    }

    /** What one set of parameters takes, until it is closed; for any thread. */
    final class Share implements AutoCloseable {
        private final TenantName tenant;
        private long bytes;
        private boolean closed;

        private Share(TenantName tenant) {
            this.tenant = tenant;
        }

        /** Throws OVERLOADED. */
        synchronized void add(long more) {
            if (!closed) {
                take(tenant, more);
                bytes += more;
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                give(tenant, bytes);
            }
        }
    }
}
