package dev.floe.sqlgateway.flight;

import com.google.protobuf.ByteString;
import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.sql.engine.PreparedQuery;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements that clients hold by handles; for any thread.
 *
 * <p>Each is its principal's alone: another's handle is as one that never was. One that is not used for a while goes,
 * with the parameters bound to it; clients that go away without closing theirs leave nothing behind.
 */
final class PreparedStatements {
    private static final int ID_BYTES = 16;

    private final FlightLimits limits;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    // in the order of their use, the oldest first
    private final Map<ByteString, Prepared> statements = new LinkedHashMap<>();

    /** A statement; its mutable part is guarded by the statements. */
    private static final class Prepared {
        private final Principal principal;
        private final PreparedQuery query;
        private @Nullable ParameterRows bound;
        private long binding;
        private long usedAt;

        Prepared(Principal principal, PreparedQuery query, long now) {
            this.principal = principal;
            this.query = query;
            this.usedAt = now;
        }

        void replaceBound(@Nullable ParameterRows rows) {
            ParameterRows before = bound;
            bound = rows;
            if (before != null) {
                before.close();
            }
        }
    }

    /** What a handle stands for right now, with a ticket for just that. */
    record Found(PreparedQuery query, List<List<@Nullable Object>> bound, ByteString ticket) {}

    PreparedStatements(FlightLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /** The handle of a new statement; throws OVERLOADED where the principal has too many. */
    synchronized ByteString add(Principal principal, PreparedQuery query) {
        expire();
        int ofKey = 0;
        int ofTenant = 0;
        for (Prepared other : statements.values()) {
            TenantName tenant = other.principal.tenant();
            ofTenant += tenant.equals(principal.tenant()) ? 1 : 0;
            ofKey += isOf(other, principal) ? 1 : 0;
        }
        if (ofKey >= limits.statementsPerKeyMax() || ofTenant >= limits.statementsPerTenantMax()) {
            int most = ofKey >= limits.statementsPerKeyMax()
                    ? limits.statementsPerKeyMax()
                    : limits.statementsPerTenantMax();
            throw new FloeException(ErrorCode.OVERLOADED, "there are " + most + " prepared statements open already")
                    .advise("close those that are not used");
        }
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        ByteString handle = ByteString.copyFrom(id);
        statements.put(handle, new Prepared(principal, query, nanoTime.getAsLong()));
        return handle;
    }

    /** Throws STATEMENT_NOT_FOUND; and INVALID_ARGUMENT for the ticket of a binding that is no longer. */
    synchronized Found find(Principal principal, ByteString handleOrTicket) {
        Prepared prepared = prepared(principal, handleOrTicket);
        ByteString binding = binding(prepared.binding);
        ByteString id = id(handleOrTicket);
        if (handleOrTicket.size() > ID_BYTES && !id.concat(binding).equals(handleOrTicket)) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT, "the statement got other parameters since the ticket was given")
                    .advise("ask for the flight again, and use one statement for each thread");
        }
        ParameterRows bound = prepared.bound;
        return new Found(prepared.query, bound == null ? List.of() : bound.rows(), id.concat(binding));
    }

    /** Takes parameters in place of those bound before; throws STATEMENT_NOT_FOUND, and then they stay the caller's. */
    synchronized void bind(Principal principal, ByteString handle, ParameterRows rows) {
        Prepared prepared = prepared(principal, handle);
        prepared.replaceBound(rows);
        prepared.binding++;
    }

    /** Forgets a statement; one that is not there is as good as closed. */
    synchronized void close(Principal principal, ByteString handle) {
        Prepared prepared = statements.get(id(handle));
        if (prepared != null && isOf(prepared, principal)) {
            statements.remove(id(handle));
            prepared.replaceBound(null);
        }
    }

    synchronized int count() {
        return statements.size();
    }

    private Prepared prepared(Principal principal, ByteString handle) {
        expire();
        ByteString id = id(handle);
        Prepared found = statements.get(id);
        if (found == null || !isOf(found, principal)) {
            throw new FloeException(ErrorCode.STATEMENT_NOT_FOUND, "there is no such prepared statement")
                    .advise("prepare it again: it was closed, not used for long, or the server was restarted");
        }
        found.usedAt = nanoTime.getAsLong();
        statements.remove(id);
        statements.put(id, found);
        return found;
    }

    /** A key whose roles changed is another principal. */
    private static boolean isOf(Prepared prepared, Principal principal) {
        return prepared.principal.equals(principal);
    }

    private void expire() {
        long now = nanoTime.getAsLong();
        Iterator<Prepared> oldest = statements.values().iterator();
        while (oldest.hasNext()) {
            Prepared prepared = oldest.next();
            if (now - prepared.usedAt < limits.idleMax().toNanos()) {
                return;
            }
            prepared.replaceBound(null);
            oldest.remove();
        }
    }

    private static ByteString id(ByteString handle) {
        return handle.size() > ID_BYTES ? handle.substring(0, ID_BYTES) : handle;
    }

    private static ByteString binding(long number) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }
}
