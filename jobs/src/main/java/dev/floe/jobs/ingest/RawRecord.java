package dev.floe.jobs.ingest;

/** A Kafka record as it is in the log's topic; key and value are empty where the record has none. */
@SuppressWarnings("ArrayRecordComponent") // a message between operators: never compared, never changed
public record RawRecord(int partition, long offset, byte[] key, byte[] value) {}
