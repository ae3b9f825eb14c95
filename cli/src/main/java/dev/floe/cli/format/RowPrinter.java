package dev.floe.cli.format;

import dev.floe.client.Column;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints the rows of one result as they come; for one thread. */
public interface RowPrinter {
    /** Prints one row, its values in the columns' order. */
    void row(@Nullable Object[] values);

    /** Prints what was held back, and what closes the form. */
    void end();

    /** A printer whose heading, if its form has one, is printed by now or with the first rows. */
    static RowPrinter of(ResultFormat format, List<Column> columns, PrintWriter out) {
        return switch (format) {
            case TABLE -> new TablePrinter(columns, out);
            case CSV -> new CsvPrinter(columns, out);
            case TSV -> new TsvPrinter(columns, out);
            case JSONL -> new JsonPrinter(columns, out, false);
            case JSON -> new JsonPrinter(columns, out, true);
        };
    }
}
