package dev.floe.catalog;

import dev.floe.catalog.audit.Audit;
import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Tenants;
import dev.floe.catalog.table.MaintenanceRuns;
import dev.floe.catalog.table.TableCompactions;
import dev.floe.catalog.table.TableIndexes;
import dev.floe.catalog.table.TableSuspensions;
import dev.floe.catalog.table.Tables;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Everything the catalog keeps; safe for use by several threads. */
public interface Catalog extends AutoCloseable {
    Tables tables();

    TableSuspensions suspensions();

    TableCompactions compactions();

    MaintenanceRuns maintenance();

    TableIndexes indexes();

    Tenants tenants();

    ApiKeys apiKeys();

    Audit audit();

    /** The installation's sink id, a UUID made when the catalog was first opened. */
    String sinkId();

    /** A new epoch, higher than any given before. */
    long nextEpoch();

    /**
     * A new epoch that owns all tables from here on.
     *
     * <p>A job takes the tables from another one once: when it has owned them, what starts again of it, as Flink does
     * after a failure, throws WRITER_FENCED where another job took them since.
     *
     * @param jobId of the job as it was submitted, the same for all its attempts
     */
    long takeOwnership(UUID jobId);

    /** Throws WRITER_FENCED where a later epoch owns the tables. */
    void requireOwnership(long epoch);

    /**
     * Says that all changes handed over to the owner's committer before a time are committed or void.
     *
     * <p>Does nothing where another epoch owns the tables: what that one has pending is not known here.
     */
    void settle(long epoch, Instant through);

    /** What the owner's committer said last of {@link #settle}; empty where it did not since it took ownership. */
    Optional<Instant> settledThrough();

    /** Times the database was asked for something since the catalog was opened. */
    long queries();

    @Override
    void close();
}
