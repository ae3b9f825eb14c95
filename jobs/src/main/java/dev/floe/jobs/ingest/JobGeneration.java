package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.SqlCatalog;
import dev.floe.storage.log.LogId;

/**
 * What a checkpoint has to belong to for the job to start from it: a log, and a generation.
 *
 * <p>A table that was rolled back or resumed lacks entries that older checkpoints have passed; the job then begins
 * without a checkpoint, at the tables' offsets, which also rebuilds what it knows of clients' streams.
 */
public record JobGeneration(LogId log, long number) {
    /** The one of now; asks the log and the catalog. */
    public static JobGeneration of(IngestJobSettings settings) {
        try (Catalog catalog = SqlCatalog.open(settings.catalog())) {
            return new JobGeneration(
                    LogIdentity.of(settings.log()), catalog.suspensions().jobGeneration());
        }
    }

    /** Name of the folder for its checkpoints. */
    public String folder() {
        return log.topicId() + "-" + number;
    }
}
