package dev.floe.jobs.ingest;

/** An entry without rows for the log: it makes an idle bucket flush, and so install what was compacted. */
public record Nudge(long tableHigh, long tableLow, int schemaVersion, int bucket) {}
