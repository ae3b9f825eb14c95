package dev.floe.jobs.ingest;

/** A record that can't be written to any table, with where it was and why. */
public record DeadRecord(int partition, long offset, byte[] key, byte[] value, String reason) {}
