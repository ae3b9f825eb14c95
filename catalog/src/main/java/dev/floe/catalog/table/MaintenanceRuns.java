package dev.floe.catalog.table;

import java.util.List;
import java.util.UUID;

/**
 * What people ask of tables' maintenance, and what the job did. Methods may throw CATALOG_UNAVAILABLE.
 *
 * <p>All of it survives restarts of the job and of the servers: it is from here that the job knows what is due.
 */
public interface MaintenanceRuns {
    /**
     * Asks for a run, or joins the one that waits or runs; returns its number, 0 where the table was dropped.
     *
     * <p>One that changes nothing and one that does don't join: the later one takes the other's place.
     */
    long request(UUID tableId, boolean dry);

    /** All tables but the suspended ones, which are left alone. */
    List<MaintenanceOrder> orders();

    /**
     * Takes over how far a run is; does nothing where its request is not the table's newest.
     *
     * @param orphans it looked for orphans
     */
    void report(UUID tableId, MaintenanceRun run, boolean orphans);

    MaintenanceState state(UUID tableId);
}
