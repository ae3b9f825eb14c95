package dev.floe.sql.engine;

/**
 * What the cache of results has at the moment, and what it did since it was opened.
 *
 * @param hits queries answered from it
 * @param misses queries that could have been, and ran
 * @param evicted results let go for want of room
 * @param kept results that it has
 * @param bytes heap that these take
 */
public record ResultCounts(long hits, long misses, long evicted, long kept, long bytes) {
    public static final ResultCounts NONE = new ResultCounts(0, 0, 0, 0, 0);
}
