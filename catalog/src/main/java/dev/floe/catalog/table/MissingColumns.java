package dev.floe.catalog.table;

/** What an upsert does to the columns that its batch lacks. */
public enum MissingColumns {
    /** They become null. */
    NULL,
    /** They keep their stored values. */
    KEEP
}
