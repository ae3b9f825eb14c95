package dev.floe.sqlgateway.jdbc;

import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.sql.engine.SqlWords;
import java.sql.Connection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.calcite.avatica.ConnectionPropertiesImpl;
import org.apache.calcite.avatica.Meta.ConnectionProperties;
import org.apache.calcite.avatica.Meta.DatabaseProperty;
import org.apache.calcite.avatica.remote.Service;

/** Calls about connections as such. */
final class JdbcConnections {
    private static final String NAME = "Floe";
    private static final int VERSION_MAJOR = 0;
    private static final int VERSION_MINOR = 1;

    private final JdbcSessions sessions;
    private final Supplier<SqlWords> words;

    /** {@code words} are those of statements. */
    JdbcConnections(JdbcSessions sessions, Supplier<SqlWords> words) {
        this.sessions = sessions;
        this.words = words;
    }

    /** The driver sends the properties it was given apart from its URL; {@code options} are those of the URL's URL. */
    Service.OpenConnectionResponse open(
            Principal principal, Service.OpenConnectionRequest request, Map<String, String> options) {
        Map<String, String> properties = new HashMap<>(options);
        if (request.info != null) {
            properties.putAll(request.info);
        }
        sessions.open(principal, request.connectionId, properties);
        return new Service.OpenConnectionResponse();
    }

    Service.CloseConnectionResponse close(Principal principal, Service.CloseConnectionRequest request) {
        sessions.close(principal, request.connectionId);
        return new Service.CloseConnectionResponse();
    }

    /** Takes what tools like to set, and answers how it is: every statement alone. */
    Service.ConnectionSyncResponse sync(Principal principal, Service.ConnectionSyncRequest request) {
        sessions.get(principal, request.connectionId);
        ConnectionProperties properties = new ConnectionPropertiesImpl(
                true,
                !principal.has(Role.WRITER),
                Connection.TRANSACTION_NONE,
                "",
                principal.tenant().value());
        return new Service.ConnectionSyncResponse(properties, null);
    }

    Service.DatabasePropertyResponse properties(Principal principal, Service.DatabasePropertyRequest request) {
        sessions.get(principal, request.connectionId);
        String version = VERSION_MAJOR + "." + VERSION_MINOR;
        Map<DatabaseProperty, Object> properties = new EnumMap<>(DatabaseProperty.class);
        properties.put(DatabaseProperty.GET_DATABASE_PRODUCT_NAME, NAME);
        properties.put(DatabaseProperty.GET_DATABASE_PRODUCT_VERSION, version);
        properties.put(DatabaseProperty.GET_DATABASE_MAJOR_VERSION, VERSION_MAJOR);
        properties.put(DatabaseProperty.GET_DATABASE_MINOR_VERSION, VERSION_MINOR);
        properties.put(DatabaseProperty.GET_DRIVER_NAME, "Avatica");
        properties.put(DatabaseProperty.GET_DEFAULT_TRANSACTION_ISOLATION, Connection.TRANSACTION_NONE);
        SqlWords known = words.get();
        properties.put(DatabaseProperty.GET_S_Q_L_KEYWORDS, String.join(",", known.keywords()));
        properties.put(DatabaseProperty.GET_NUMERIC_FUNCTIONS, String.join(",", known.numeric()));
        properties.put(DatabaseProperty.GET_STRING_FUNCTIONS, String.join(",", known.text()));
        properties.put(DatabaseProperty.GET_TIME_DATE_FUNCTIONS, String.join(",", known.time()));
        properties.put(DatabaseProperty.GET_SYSTEM_FUNCTIONS, String.join(",", known.other()));
        return new Service.DatabasePropertyResponse(properties, null);
    }
}
