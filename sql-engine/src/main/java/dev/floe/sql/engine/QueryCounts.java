package dev.floe.sql.engine;

/**
 * What an engine did since it was opened.
 *
 * @param planned statements that were parsed and planned
 * @param reused statements whose plan was kept from before
 * @param lookups statements that ran by their keys alone
 * @param results what became of results that could be kept
 * @param files what became of data files that aren't local
 */
public record QueryCounts(long planned, long reused, long lookups, ResultCounts results, FileCounts files) {
    public static final QueryCounts NONE = new QueryCounts(0, 0, 0, ResultCounts.NONE, FileCounts.NONE);
}
