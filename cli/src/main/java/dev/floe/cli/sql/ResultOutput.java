package dev.floe.cli.sql;

import dev.floe.cli.format.ResultFormat;
import dev.floe.cli.format.RowPrinter;
import dev.floe.client.FloeClient;
import dev.floe.client.Query;
import dev.floe.client.QueryRows;
import dev.floe.client.ReadAt;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Runs a statement and prints its rows while they come. */
final class ResultOutput {
    private static final int ROWS_BETWEEN_CHECKS = 1_000;
    private static final double NANOS_A_MILLI = 1e6;

    private final PrintWriter out;
    private final PrintWriter notes;
    private final ResultFormat format;
    private final long rowsMax;
    private final LongSupplier nanoTime;
    private ReadAt cut = new ReadAt.Latest();

    /** {@code rowsMax} 0 prints all rows; {@code notes} gets what is no part of the result. */
    ResultOutput(PrintWriter out, PrintWriter notes, ResultFormat format, long rowsMax, LongSupplier nanoTime) {
        this.out = out;
        this.notes = notes;
        this.format = format;
        this.rowsMax = rowsMax;
        this.nanoTime = nanoTime;
    }

    ResultOutput as(ResultFormat other) {
        return new ResultOutput(out, notes, other, rowsMax, nanoTime).reading(cut);
    }

    /** Reads at a cut from now on. */
    ResultOutput reading(ReadAt wanted) {
        cut = wanted;
        return this;
    }

    void run(FloeClient client, String sql) {
        long started = nanoTime.getAsLong();
        try (QueryRows rows = client.query(Query.of(sql).at(cut))) {
            RowPrinter printer = RowPrinter.of(format, rows.columns(), out);
            long count = 0;
            boolean more = false;
            while (rows.hasNext()) {
                if (rowsMax > 0 && count == rowsMax) {
                    more = true;
                    break;
                }
                printer.row(rows.next().values());
                count++;
                if (count % ROWS_BETWEEN_CHECKS == 0 && out.checkError()) {
                    // whoever read the output has gone: no more of it is wanted
                    return;
                }
            }
            printer.end();
            out.flush();
            note(count, more, nanoTime.getAsLong() - started);
        }
    }

    private void note(long count, boolean more, long nanos) {
        if (more) {
            notes.println("stopped after " + count + " rows (--max-rows); there are more");
        } else if (format == ResultFormat.TABLE) {
            notes.printf(Locale.ROOT, "%,d row%s, %.0f ms%n", count, count == 1 ? "" : "s", nanos / NANOS_A_MILLI);
        }
        notes.flush();
    }
}
