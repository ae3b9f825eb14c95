package dev.floe.sql.engine;

/** What is counted of the reads of a table. */
public enum ReadCount {
    /** Queries and lookups that read the table, each once. */
    QUERIES,
    /** Queries of it that were answered from the cache of results. */
    REPEATED,
    KEY_LOOKUPS,
    INDEX_LOOKUPS,
    SCANS,
    /** Files that the table had, at each access. */
    FILES,
    /** Files of them that were read. */
    FILES_KEPT,
    /** Row groups that the table had, at each scan. */
    ROW_GROUPS,
    /** Row groups of files that were read, but for those that generated code left out by their statistics. */
    ROW_GROUPS_KEPT,
    /** Pages of values that lookups asked for. */
    PAGES,
    /** Pages of them that were read from files, as they were not kept in memory. */
    PAGES_READ,
    /** Rows of files that scans read, dead ones too, and rows that lookups found there. */
    ROWS,
    /** Rows of files that scans read which deletion vectors name. */
    DEAD_ROWS,
    /** Rows of the log's tail that scans read, and those that lookups found there. */
    TAIL_ROWS
}
