package dev.floe.cli.ingest;

import dev.floe.cli.Printable;
import dev.floe.core.error.FloeException;
import java.io.PrintWriter;

/** Tells of rows that were not stored, the first of them each with its number and reason. */
final class RowReports {
    private final PrintWriter err;
    private final int shownMax;
    private long refused;

    RowReports(PrintWriter err, int shownMax) {
        this.err = err;
        this.shownMax = shownMax;
    }

    synchronized void refused(long number, FloeException why) {
        if (refused < shownMax) {
            String where = why.fieldPath().isEmpty() ? "" : " at " + why.fieldPath();
            String advice = why.action().isEmpty() ? "" : " (" + why.action() + ")";
            err.println(Printable.line("row " + number + where + ": " + why.code() + ": " + why.message() + advice));
            err.flush();
        } else if (refused == shownMax) {
            err.println("more rows are refused; only the first " + shownMax + " are shown (--bad-rows-shown)");
            err.flush();
        }
        refused++;
    }

    /** Rows refused without a reason of their own. */
    synchronized void alsoRefused(long count) {
        refused += count;
    }

    synchronized long refused() {
        return refused;
    }
}
