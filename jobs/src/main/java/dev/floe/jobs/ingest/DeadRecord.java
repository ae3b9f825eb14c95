package dev.floe.jobs.ingest;

/** A record that can't be written to any table, with where it was and why. */
@SuppressWarnings("ArrayRecordComponent") // a message between operators: never compared, never changed
public record DeadRecord(int partition, long offset, byte[] key, byte[] value, String reason) {}
