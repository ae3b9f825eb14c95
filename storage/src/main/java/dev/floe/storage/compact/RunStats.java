package dev.floe.storage.compact;

/**
 * A run as a compaction strategy sees it.
 *
 * @param number of the file within its bucket
 * @param partition of the run; only runs of one partition can be merged
 * @param bytes of the file
 * @param deadRows rows of the file that its deletion vector has
 * @param ageMillis since the file was written
 * @param full whether the file was closed because it had reached its greatest size: a merge would make as many again
 */
public record RunStats(
        int number, String partition, long bytes, long rows, long deadRows, long ageMillis, boolean full) {
    /** About the bytes that are left without the dead rows. */
    public long liveBytes() {
        return rows == 0 ? 0 : Math.round((double) bytes * liveRows() / rows);
    }

    public long liveRows() {
        return rows - deadRows;
    }

    /** Share of the rows that are dead, 0 to 1. */
    public double deadRatio() {
        return rows == 0 ? 1 : (double) deadRows / rows;
    }
}
