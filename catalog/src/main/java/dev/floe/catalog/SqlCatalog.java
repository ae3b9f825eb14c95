package dev.floe.catalog;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.floe.catalog.audit.Audit;
import dev.floe.catalog.audit.SqlAudit;
import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.IcebergConnections;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.SqlApiKeys;
import dev.floe.catalog.principal.SqlTenants;
import dev.floe.catalog.principal.Tenants;
import dev.floe.catalog.table.MaintenanceRuns;
import dev.floe.catalog.table.SqlMaintenanceRuns;
import dev.floe.catalog.table.SqlTableCompactions;
import dev.floe.catalog.table.SqlTableIndexes;
import dev.floe.catalog.table.SqlTableSuspensions;
import dev.floe.catalog.table.SqlTables;
import dev.floe.catalog.table.TableCompactions;
import dev.floe.catalog.table.TableFiles;
import dev.floe.catalog.table.TableIndexes;
import dev.floe.catalog.table.TableSuspensions;
import dev.floe.catalog.table.Tables;
import dev.floe.catalog.table.Timing;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * The catalog in one SQLite or Postgres database.
 *
 * <pre>
 *   Tables ──┬── Floe's rows ──────────┐
 *            └── Iceberg JdbcCatalog ──┼── Database (transactions, pool) ── SQLite | Postgres
 *   Tenants, ApiKeys, Audit ───────────┘
 * </pre>
 */
public final class SqlCatalog implements Catalog {
    /** Name under which the JDBC catalog's rows are kept; other engines have to give the same. */
    public static final String ICEBERG_CATALOG_NAME = "floe";

    private final Database database;
    private final Warehouse warehouse;
    private final JdbcCatalog iceberg;
    private final String sinkId;
    private final Tables tables;
    private final TableSuspensions suspensions;
    private final TableCompactions compactions;
    private final MaintenanceRuns maintenance;
    private final TableIndexes indexes;
    private final SqlTenants tenants;
    private final ApiKeys apiKeys;
    private final Audit audit;

    private SqlCatalog(CatalogSettings settings, Database database, Warehouse warehouse, Timing timing) {
        Clock clock = timing.clock();
        this.database = database;
        this.warehouse = warehouse;
        this.iceberg = new JdbcCatalog(
                properties -> warehouse.files(),
                properties -> new IcebergConnections(database, settings.jdbcUrl()),
                false);
        iceberg.initialize(
                ICEBERG_CATALOG_NAME,
                Map.of(
                        CatalogProperties.URI, settings.jdbcUrl(),
                        CatalogProperties.WAREHOUSE_LOCATION, warehouse.location(),
                        CatalogProperties.METRICS_REPORTER_IMPL, SilentMetrics.class.getName()));
        this.tables = new SqlTables(database, iceberg, new TableFiles(warehouse.location()), timing);
        this.suspensions = new SqlTableSuspensions(database, clock);
        this.compactions = new SqlTableCompactions(database, clock);
        this.maintenance = new SqlMaintenanceRuns(database, clock);
        this.indexes = new SqlTableIndexes(database);
        this.tenants = new SqlTenants(database, iceberg, clock);
        this.apiKeys = new SqlApiKeys(database, clock, new SecureRandom());
        this.audit = new SqlAudit(database, clock);
        this.sinkId = installation(clock);
        tenants.createIfMissing(TenantName.DEFAULT);
    }

    /**
     * Opens the catalog, making the database's tables, the warehouse's folder and the default tenant where they are
     * missing. Throws as {@link Database#open} does, and DATA_FOLDER_UNUSABLE for the warehouse.
     */
    public static Catalog open(CatalogSettings settings) {
        return open(settings, Timing.of(Clock.systemUTC(), Ticker.systemTicker()));
    }

    static Catalog open(CatalogSettings settings, Clock clock, Ticker ticker) {
        return open(settings, Timing.of(clock, ticker));
    }

    static Catalog open(CatalogSettings settings, Timing timing) {
        Database database = Database.open(settings);
        try {
            Warehouse warehouse = Warehouse.open(settings);
            try {
                return new SqlCatalog(settings, database, warehouse, timing);
            } catch (RuntimeException e) {
                warehouse.close();
                throw e;
            }
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public Tables tables() {
        return tables;
    }

    @Override
    public TableSuspensions suspensions() {
        return suspensions;
    }

    @Override
    public TableCompactions compactions() {
        return compactions;
    }

    @Override
    public MaintenanceRuns maintenance() {
        return maintenance;
    }

    @Override
    public TableIndexes indexes() {
        return indexes;
    }

    @Override
    public Tenants tenants() {
        return tenants;
    }

    @Override
    public ApiKeys apiKeys() {
        return apiKeys;
    }

    @Override
    public Audit audit() {
        return audit;
    }

    @Override
    public String sinkId() {
        return sinkId;
    }

    @Override
    public long nextEpoch() {
        return database.transact(connection -> {
            Sql.update(connection, "UPDATE installation SET epoch = epoch + 1");
            return Sql.first(connection, row -> row.getLong(1), "SELECT epoch FROM installation")
                    .orElseThrow();
        });
    }

    @Override
    public long takeOwnership(UUID jobId) {
        String job = jobId.toString();
        return database.transact(connection -> {
            // locks the row first: of two jobs at a time the second sees what the first did
            Sql.update(connection, "UPDATE installation SET epoch = epoch + 1");
            long owner = Sql.first(connection, row -> row.getLong(1), "SELECT owner_epoch FROM installation")
                    .orElseThrow();
            Optional<Long> before =
                    Sql.first(connection, row -> row.getLong(1), "SELECT epoch FROM owners WHERE job_id = ?", job);
            if (before.isPresent() && before.get() < owner) {
                throw fenced(before.get(), owner);
            }
            Sql.update(connection, "UPDATE installation SET owner_epoch = epoch, settled_through = 0");
            Sql.update(connection, "DELETE FROM owners WHERE job_id = ?", job);
            Sql.update(connection, "INSERT INTO owners (job_id, epoch) SELECT ?, epoch FROM installation", job);
            return Sql.first(connection, row -> row.getLong(1), "SELECT owner_epoch FROM installation")
                    .orElseThrow();
        });
    }

    @Override
    public void requireOwnership(long epoch) {
        long owner = database.run(connection ->
                        Sql.first(connection, row -> row.getLong(1), "SELECT owner_epoch FROM installation"))
                .orElseThrow();
        if (owner > epoch) {
            throw fenced(epoch, owner);
        }
    }

    private static FloeException fenced(long epoch, long owner) {
        return new FloeException(
                        ErrorCode.WRITER_FENCED, "epoch " + epoch + " is over: epoch " + owner + " owns the tables")
                .advise("another job ingest runs on this catalog; stop one of them");
    }

    @Override
    public void settle(long epoch, Instant through) {
        long micros = Micros.of(through);
        database.transact(connection -> Sql.update(
                connection,
                "UPDATE installation SET settled_through = ? WHERE owner_epoch = ? AND settled_through < ?",
                micros,
                epoch,
                micros));
    }

    @Override
    public Optional<Instant> settledThrough() {
        return database.run(connection ->
                        Sql.first(connection, row -> row.getLong(1), "SELECT settled_through FROM installation"))
                .filter(micros -> micros > 0)
                .map(Micros::instant);
    }

    @Override
    public long queries() {
        return database.uses();
    }

    @Override
    public void close() {
        try (database;
                warehouse) {
            iceberg.close();
        }
    }

    private String installation(Clock clock) {
        return database.transact(connection -> {
            Sql.update(
                    connection,
                    "INSERT INTO installation (singleton, sink_id, epoch, created_at) VALUES (1, ?, 0, ?)"
                            + " ON CONFLICT DO NOTHING",
                    UUID.randomUUID().toString(),
                    Micros.of(clock.instant()));
            return Sql.first(connection, row -> row.getString(1), "SELECT sink_id FROM installation")
                    .orElseThrow();
        });
    }
}
