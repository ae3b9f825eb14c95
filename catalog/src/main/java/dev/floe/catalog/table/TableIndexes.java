package dev.floe.catalog.table;

import dev.floe.storage.sidecar.IndexFields;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Which secondary indexes files are to have, and how far that is.
 *
 * <p>Indexes are declared with their tables ({@link Tables}); here is what the job asks and tells. Every method may
 * throw CATALOG_UNAVAILABLE; all are safe for use by several threads.
 */
public interface TableIndexes {
    /** Every index of every table, and dropped ones whose files may be there still. */
    List<IndexOrder> orders();

    /** Tells how many files have an index; nothing where the table has none of these fields. */
    void report(UUID tableId, IndexProgress progress);

    /** Forgets an index whose files are removed, unless it was declared again since it was dropped. */
    void removed(UUID tableId, IndexFields fields, Instant droppedAt);

    /** How far the indexes of a table are; those in force only. */
    List<IndexProgress> progress(UUID tableId);
}
