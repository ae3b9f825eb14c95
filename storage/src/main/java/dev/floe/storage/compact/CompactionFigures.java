package dev.floe.storage.compact;

/** What merges read and wrote, and how long they took. */
public record CompactionFigures(long rowsIn, long rowsOut, long bytesIn, long bytesOut, long millis) {
    public static final CompactionFigures NONE = new CompactionFigures(0, 0, 0, 0, 0);

    public static CompactionFigures of(CompactedRuns runs, long millis) {
        long rowsIn = runs.task().inputs().stream()
                .mapToLong(input -> input.file().recordCount())
                .sum();
        return new CompactionFigures(rowsIn, runs.rows(), runs.task().bytes(), runs.bytes(), millis);
    }

    public CompactionFigures plus(CompactionFigures other) {
        return new CompactionFigures(
                rowsIn + other.rowsIn,
                rowsOut + other.rowsOut,
                bytesIn + other.bytesIn,
                bytesOut + other.bytesOut,
                millis + other.millis);
    }
}
