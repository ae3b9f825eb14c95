package dev.floe.catalog.principal;

import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;

/** Tenants in the catalog's database, each with its Iceberg namespace. */
public final class SqlTenants implements Tenants {
    private final Database database;
    private final SupportsNamespaces namespaces;
    private final Clock clock;

    public SqlTenants(Database database, SupportsNamespaces namespaces, Clock clock) {
        this.database = database;
        this.namespaces = namespaces;
        this.clock = clock;
    }

    @Override
    public Tenant create(TenantName name) {
        if (!createIfMissing(name)) {
            throw new FloeException(ErrorCode.TENANT_EXISTS, "the tenant " + name + " exists already")
                    .advise("choose another name");
        }
        return database.run(connection -> Sql.first(
                        connection,
                        SqlTenants::tenant,
                        "SELECT name, created_at FROM tenants WHERE name = ?",
                        name.value())
                .orElseThrow());
    }

    /** Creates the tenant unless it is there; says whether it did. */
    public boolean createIfMissing(TenantName name) {
        return database.transact(connection -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            int inserted = Sql.update(
                    connection,
                    "INSERT INTO tenants (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    name.value(),
                    Micros.of(now));
            if (inserted == 1) {
                namespaces.createNamespace(Namespace.of(name.value()));
            }
            return inserted == 1;
        });
    }

    @Override
    public List<Tenant> list() {
        return database.run(connection ->
                Sql.list(connection, SqlTenants::tenant, "SELECT name, created_at FROM tenants ORDER BY name"));
    }

    @Override
    public boolean exists(TenantName name) {
        return database.run(
                connection -> Sql.first(connection, row -> true, "SELECT 1 FROM tenants WHERE name = ?", name.value())
                        .isPresent());
    }

    /** Throws TENANT_NOT_FOUND. */
    public static void require(Connection connection, TenantName name) throws SQLException {
        if (Sql.first(connection, row -> true, "SELECT 1 FROM tenants WHERE name = ?", name.value())
                .isEmpty()) {
            throw new FloeException(ErrorCode.TENANT_NOT_FOUND, "there is no tenant " + name);
        }
    }

    private static Tenant tenant(ResultSet row) throws SQLException {
        return new Tenant(new TenantName(row.getString(1)), Micros.instant(row.getLong(2)));
    }
}
