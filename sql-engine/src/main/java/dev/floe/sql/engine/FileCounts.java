package dev.floe.sql.engine;

/**
 * What the cache of files that aren't local has at the moment, and what it did since it was opened.
 *
 * @param hits files of scans that were in it, or on their way
 * @param misses files of scans that were not, and were fetched
 * @param fetched bytes that came for them
 * @param evicted files let go for want of room
 * @param kept files that it has
 * @param bytes disk that these take, and those on their way
 */
public record FileCounts(long hits, long misses, long fetched, long evicted, long kept, long bytes) {
    public static final FileCounts NONE = new FileCounts(0, 0, 0, 0, 0, 0);
}
