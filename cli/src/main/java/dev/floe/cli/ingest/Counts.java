package dev.floe.cli.ingest;

/** What became of an input's rows. */
record Counts(long read, long stored, long refused) {}
