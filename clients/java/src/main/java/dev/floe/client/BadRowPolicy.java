package dev.floe.client;

/** What becomes of a batch with rows that don't fit the schema. */
public enum BadRowPolicy {
    /** Bad rows are refused one by one, the others stored. */
    REJECT,
    /** One bad row refuses its whole batch. */
    REJECT_BATCH
}
