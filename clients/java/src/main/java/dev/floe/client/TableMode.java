package dev.floe.client;

/** What a second row of the same content does. */
public enum TableMode {
    /** Every row stays. */
    APPEND,
    /** One row a key stays, the newest. */
    UPSERT
}
