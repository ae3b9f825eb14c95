package dev.floe.sql.scan;

/**
 * What a way to read rows would take, about.
 *
 * @param rows that come out of it, live or not
 * @param decoded rows whose values have to be decoded for that, with all that it costs to get at them
 */
public record ReadEstimate(long rows, long decoded) {
    public static final ReadEstimate NONE = new ReadEstimate(0, 0);

    /** A file that is read from its beginning has to be opened, which takes as long as so many rows. */
    private static final long FILE_ROWS = 20_000;
    /** A row at a position needs its page, of which half comes before it as a rule. */
    private static final long PAGE_ROWS = 10_000;

    /** All rows of the files that a plan kept, and of the tail. */
    public static ReadEstimate of(FilePlan plan) {
        long tail = plan.view().tail().rowCount();
        ReadEstimate all = new ReadEstimate(tail, tail);
        for (LiveFile file : plan.files()) {
            all = all.and(whole(file));
        }
        return all;
    }

    static ReadEstimate whole(LiveFile file) {
        long rows = file.file().recordCount();
        return new ReadEstimate(rows - Math.min(rows, file.deadRows()), rows + FILE_ROWS);
    }

    static ReadEstimate points(LiveFile file, long rows) {
        return new ReadEstimate(rows, Math.min(rows * PAGE_ROWS, file.file().recordCount()));
    }

    public ReadEstimate and(ReadEstimate other) {
        return new ReadEstimate(rows + other.rows, decoded + other.decoded);
    }
}
