package dev.floe.jobs.ingest;

/** A Kafka record as it is in the log's topic; key and value are empty where the record has none, time is the log's. */
@SuppressWarnings("ArrayRecordComponent") // a message between operators: never compared, never changed
public record RawRecord(int partition, long offset, long timestamp, byte[] key, byte[] value) {}
