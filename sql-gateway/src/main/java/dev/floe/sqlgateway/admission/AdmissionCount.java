package dev.floe.sqlgateway.admission;

/** What is counted of a tenant's wishes for places. */
public enum AdmissionCount {
    /** Places taken, at once or after a wait. */
    ADMITTED,
    /** Places taken after a wait. */
    WAITED,
    /** The sum of these waits. */
    WAITED_NANOS,
    /** Wishes that got none: at once, or because their wait was over. */
    REFUSED,
    /** Wishes whose caller went away while they waited. */
    LEFT
}
