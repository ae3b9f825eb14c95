package dev.floe.cli.ingest;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A line on the terminal that says how far the sending is. */
final class Progress {
    private static final long NANOS_BETWEEN_LINES = 250_000_000;
    private static final double NANOS_A_SECOND = 1e9;

    private final PrintWriter err;
    private final boolean shown;
    private final LongSupplier nanoTime;
    private final long started;
    private long printed;

    Progress(PrintWriter err, boolean shown, LongSupplier nanoTime) {
        this.err = err;
        this.shown = shown;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.printed = started;
    }

    /** {@code share} of the input is from 0 to 1, negative where it is not known. */
    void update(long read, double share, long stored) {
        long now = nanoTime.getAsLong();
        if (shown && now - printed >= NANOS_BETWEEN_LINES) {
            printed = now;
            String percent = share >= 0 ? String.format(Locale.ROOT, " (%d %%)", Math.round(share * 100)) : "";
            err.printf(
                    Locale.ROOT,
                    "\r\033[K%,d rows read%s, %,d stored, %,d rows/s ",
                    read,
                    percent,
                    stored,
                    rate(stored, now));
            err.flush();
        }
    }

    /** Takes the line away and says what became of all rows. */
    String end(Counts counts) {
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
        long now = nanoTime.getAsLong();
        return String.format(
                Locale.ROOT,
                "%,d rows read, %,d stored, %,d refused, in %.1f s (%,d rows/s)",
                counts.read(),
                counts.stored(),
                counts.refused(),
                (now - started) / NANOS_A_SECOND,
                rate(counts.stored(), now));
    }

    private long rate(long rows, long now) {
        return Math.round(rows * NANOS_A_SECOND / Math.max(1, now - started));
    }
}
