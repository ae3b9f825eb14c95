package dev.floe.sqlgateway.driver;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.DriverVersion;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.remote.Driver;
import org.jspecify.annotations.Nullable;

/**
 * Avatica's remote driver under {@code jdbc:floe://HOST:PORT}, with any user and an API key as password.
 *
 * <p>Knows primary keys, indexes and functions, for which Avatica's protocol has no calls. Properties of Avatica's
 * driver may follow the URL, each after a semicolon. Needs Avatica's core on the class path, and nothing else of Floe.
 */
public final class FloeDriver extends Driver {
    private static final String PREFIX = "jdbc:floe:";
    private static final int MAJOR = 0;
    private static final int MINOR = 1;
    private static final String VERSION = MAJOR + "." + MINOR;

    static {
        try {
            DriverManager.registerDriver(new FloeDriver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    protected String getConnectStringPrefix() {
        return PREFIX;
    }

    /** Avatica has its own name here, and the driver's answers about the database are made of this. */
    @Override
    protected DriverVersion createDriverVersion() {
        return new DriverVersion("Floe JDBC driver", VERSION, "Floe", VERSION, true, MAJOR, MINOR, MAJOR, MINOR);
    }

    @Override
    public @Nullable Connection connect(String url, Properties info) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        Properties properties = new Properties();
        properties.setProperty("serialization", "protobuf");
        properties.setProperty("authentication", "BASIC");
        for (String name : info.stringPropertyNames()) {
            properties.setProperty(avaticaName(name), info.getProperty(name));
        }
        String address = url.substring(PREFIX.length());
        String avatica = address.startsWith("//") ? "url=http:" + address : address;
        return super.connect(PREFIX + avatica, properties);
    }

    private static String avaticaName(String property) {
        return property.equals("user") || property.equals("password") ? "avatica_" + property : property;
    }

    @Override
    public Meta createMeta(AvaticaConnection connection) {
        Meta remote = super.createMeta(connection);
        return (Meta) Proxy.newProxyInstance(
                FloeDriver.class.getClassLoader(), new Class<?>[] {Meta.class}, new FloeMeta(remote));
    }
}
