package dev.floe.sql;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.audit.Audit;
import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Tenants;
import dev.floe.catalog.table.MaintenanceRuns;
import dev.floe.catalog.table.TableCompactions;
import dev.floe.catalog.table.TableIndexes;
import dev.floe.catalog.table.TableSuspensions;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A catalog whose tables note which files are opened; it is another's to close. */
record CountedCatalog(Catalog catalog, CountedTables tables) implements Catalog {
    CountedCatalog(Catalog catalog) {
        this(catalog, new CountedTables(catalog.tables()));
    }

    @Override
    public TableSuspensions suspensions() {
        return catalog.suspensions();
    }

    @Override
    public TableCompactions compactions() {
        return catalog.compactions();
    }

    @Override
    public MaintenanceRuns maintenance() {
        return catalog.maintenance();
    }

    @Override
    public void settle(long epoch, Instant through) {
        catalog.settle(epoch, through);
    }

    @Override
    public Optional<Instant> settledThrough() {
        return catalog.settledThrough();
    }

    @Override
    public TableIndexes indexes() {
        return catalog.indexes();
    }

    @Override
    public Tenants tenants() {
        return catalog.tenants();
    }

    @Override
    public ApiKeys apiKeys() {
        return catalog.apiKeys();
    }

    @Override
    public Audit audit() {
        return catalog.audit();
    }

    @Override
    public String sinkId() {
        return catalog.sinkId();
    }

    @Override
    public long nextEpoch() {
        return catalog.nextEpoch();
    }

    @Override
    public long takeOwnership(UUID jobId) {
        return catalog.takeOwnership(jobId);
    }

    @Override
    public void requireOwnership(long epoch) {
        catalog.requireOwnership(epoch);
    }

    @Override
    public long queries() {
        return catalog.queries();
    }

    @Override
    public void close() {}
}
