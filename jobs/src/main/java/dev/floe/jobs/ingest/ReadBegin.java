package dev.floe.jobs.ingest;

/**
 * The first record of a partition that the job read: element of {@link ReadLog}'s state.
 *
 * @param offset 0 where nothing was in the partition before it
 * @param millis when it was logged
 */
public record ReadBegin(int partition, long offset, long millis) {}
