package dev.floe.sqlgateway.jdbc;

import dev.floe.catalog.principal.Principal;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.sqlgateway.admission.Admission;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The open JDBC connections; an id means something only together with the principal that opened it. */
final class JdbcSessions {
    private static final int ID_CHARS_MAX = 100;

    private final JdbcSettings settings;
    private final Admission connections;
    private final Map<Key, JdbcSession> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger statementIds = new AtomicInteger();

    private record Key(TenantName tenant, String keyId, String id) {}

    JdbcSessions(JdbcSettings settings) {
        this.settings = settings;
        this.connections = new Admission(
                "JDBC connections",
                "close connections that are no longer used, or use a pool",
                settings.connectionsMax(),
                settings.connectionsPerTenantMax());
    }

    void open(Principal principal, String id, Map<String, String> properties) {
        if (id.isEmpty() || id.length() > ID_CHARS_MAX) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT, "a connection id has 1 to " + ID_CHARS_MAX + " characters")
                    .advise("let the driver choose it");
        }
        TimeForm form = TimeForm.of(properties);
        Admission.Place place = connections.admit(principal.tenant());
        JdbcSession session =
                new JdbcSession(principal, form, place, statementIds, settings.statementsPerConnectionMax());
        if (sessions.putIfAbsent(key(principal, id), session) != null) {
            session.close();
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the connection id is in use")
                    .advise("let the driver choose it");
        }
    }

    /** Throws MissingConnection where it is not open, or another's. */
    JdbcSession get(Principal principal, String id) {
        JdbcSession session = sessions.get(key(principal, id));
        if (session == null) {
            throw new JdbcErrors.MissingConnection();
        }
        session.touch();
        return session;
    }

    void close(Principal principal, String id) {
        JdbcSession session = sessions.remove(key(principal, id));
        if (session != null) {
            session.close();
        }
    }

    int count() {
        return sessions.size();
    }

    /** Closes what was idle or late. */
    void expire() {
        sessions.forEach((key, session) -> {
            if (session.expire(settings.connectionIdleMax().toNanos()) && sessions.remove(key, session)) {
                session.close();
            }
        });
    }

    void closeAll() {
        sessions.forEach((key, session) -> {
            sessions.remove(key, session);
            session.close();
        });
    }

    private static Key key(Principal principal, String id) {
        return new Key(principal.tenant(), principal.keyId(), id);
    }
}
