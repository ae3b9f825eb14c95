package dev.floe.sqlgateway.admission;

/**
 * What an admission has at the moment, and what it did since it was opened.
 *
 * @param taken places taken now
 * @param waiting those who wait for one now
 * @param waited those who got a place after a wait
 * @param waitedMillis the sum of these waits
 * @param refused those who got none: at once, or because their wait was over
 * @param left those who went away while they waited
 */
public record AdmissionCounts(int taken, int waiting, long waited, long waitedMillis, long refused, long left) {}
