package dev.floe.cli.format;

import dev.floe.client.Column;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Comma-separated values with a heading. */
final class CsvPrinter implements RowPrinter {
    private final PrintWriter out;

    CsvPrinter(List<Column> columns, PrintWriter out) {
        this.out = out;
        row(columns.stream().map(Column::name).toArray());
    }

    @Override
    public void row(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.print(',');
            }
            Object value = values[i];
            if (value != null) {
                out.print(quoted(CellText.text(value)));
            }
        }
        out.print('\n');
    }

    @Override
    public void end() {}

    private static String quoted(String text) {
        boolean plain = !text.isEmpty();
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c != ',' && c != '"' && c != '\n' && c != '\r';
        }
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
