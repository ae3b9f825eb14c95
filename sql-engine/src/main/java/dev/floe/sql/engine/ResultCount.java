package dev.floe.sql.engine;

/** What is counted of a tenant's results. */
public enum ResultCount {
    /** Queries answered from the cache of results. */
    HITS,
    /** Queries that could have been, and ran. */
    MISSES,
    /** Results let go for want of room. */
    EVICTED
}
