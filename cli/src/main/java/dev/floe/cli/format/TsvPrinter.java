package dev.floe.cli.format;

import dev.floe.client.Column;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tab-separated values with a heading, escaped as Postgres' COPY does. */
final class TsvPrinter implements RowPrinter {
    private final PrintWriter out;

    TsvPrinter(List<Column> columns, PrintWriter out) {
        this.out = out;
        row(columns.stream().map(Column::name).toArray());
    }

    @Override
    public void row(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.print('\t');
            }
            Object value = values[i];
            out.print(value == null ? "\\N" : escaped(CellText.text(value)));
        }
        out.print('\n');
    }

    @Override
    public void end() {}

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }
}
