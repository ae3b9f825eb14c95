package dev.floe.client;

/** What a batch does to its table. */
public enum Operation {
    /** Append on an append table, upsert on an upsert table. */
    DEFAULT,
    /** Append tables only. */
    APPEND,
    /** Upsert tables only: the newest row of a key stays. */
    UPSERT,
    /** Upsert tables only: only the key columns are read. */
    DELETE
}
