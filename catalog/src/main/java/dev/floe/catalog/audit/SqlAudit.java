package dev.floe.catalog.audit;

import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.catalog.principal.Principal;
import dev.floe.core.name.TenantName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** The audit in the catalog's database. */
public final class SqlAudit implements Audit {
    private final Database database;
    private final Clock clock;

    public SqlAudit(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void record(Principal actor, TenantName tenant, String action, String subject) {
        database.run(connection -> Sql.update(
                connection,
                "INSERT INTO audit (id, at, tenant, actor, action, subject) VALUES (?, ?, ?, ?, ?, ?)",
                UUID.randomUUID().toString(),
                Micros.of(clock.instant()),
                tenant.value(),
                actor.tenant() + "/" + actor.keyId(),
                action,
                subject));
    }

    @Override
    public List<Entry> newest(TenantName tenant, int limit) {
        return database.run(connection -> Sql.list(
                connection,
                SqlAudit::entry,
                "SELECT at, tenant, actor, action, subject FROM audit WHERE tenant = ? ORDER BY at DESC LIMIT ?",
                tenant.value(),
                limit));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                Micros.instant(row.getLong(1)),
                new TenantName(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5));
    }
}
