package dev.floe.cli.ingest;

import dev.floe.client.Batch;

/** Rows to send at once, and which rows of the input they are. */
record SourceBatch(Batch batch, RowNumbers numbers) {
    /** Whether all batches have its form: what is wrong with it as a whole is wrong with all that follow. */
    boolean isUniform() {
        return !(batch instanceof Batch.Rows);
    }
}
