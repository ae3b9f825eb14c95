package dev.floe.sql.plan;

/** What makes a scan one of few rows. */
sealed interface ScanNarrowing permits ScanKeys, ScanIndexes {
    /** How many rows the planner reckons with. */
    double rowsAssumed();
}
