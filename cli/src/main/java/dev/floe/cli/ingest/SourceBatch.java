package dev.floe.cli.ingest;

import dev.floe.client.Batch;

/** Rows to send at once, and which rows of the input they are. */
record SourceBatch(Batch batch, RowNumbers numbers) {
    /** Whether its rows have the form of all the others: what is wrong with all of them is wrong with all that follow. */
    boolean isUniform() {
        return !(batch instanceof Batch.Rows);
    }
}
