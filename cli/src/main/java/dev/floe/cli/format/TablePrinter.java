package dev.floe.cli.format;

import dev.floe.cli.Printable;
import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A drawn table. The first rows are held back to find the columns' widths; later cells that are wider stand out to the
 * right.
 */
final class TablePrinter implements RowPrinter {
    private static final int ROWS_HELD_MAX = 500;
    private static final int CELL_CHARS_MAX = 80;
    private static final Set<ColumnType.Primitive> NUMBERS = EnumSet.of(
            ColumnType.Primitive.INT,
            ColumnType.Primitive.LONG,
            ColumnType.Primitive.FLOAT,
            ColumnType.Primitive.DOUBLE);

    private final List<String> heading;
    private final boolean[] toTheRight;
    private final int[] widths;
    private final PrintWriter out;
    private final List<String[]> held = new ArrayList<>();
    private boolean started;

    TablePrinter(List<Column> columns, PrintWriter out) {
        this.heading =
                columns.stream().map(column -> Printable.line(column.name())).toList();
        this.out = out;
        this.toTheRight = new boolean[heading.size()];
        this.widths = new int[heading.size()];
        for (int i = 0; i < widths.length; i++) {
            ColumnType type = columns.get(i).type();
            toTheRight[i] = type instanceof ColumnType.Decimal
                    || (type instanceof ColumnType.Primitive primitive && NUMBERS.contains(primitive));
            widths[i] = width(heading.get(i));
        }
    }

    @Override
    public void row(@Nullable Object[] values) {
        String[] cells = new String[widths.length];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cell(values[i]);
        }
        if (started) {
            print(cells);
            return;
        }
        held.add(cells);
        for (int i = 0; i < cells.length; i++) {
            widths[i] = Math.max(widths[i], width(cells[i]));
        }
        if (held.size() == ROWS_HELD_MAX) {
            start();
        }
    }

    @Override
    public void end() {
        if (!started) {
            start();
        }
    }

    private void start() {
        started = true;
        print(heading.toArray(String[]::new));
        out.println(Arrays.stream(widths).mapToObj("-"::repeat).collect(Collectors.joining("-+-")));
        held.forEach(this::print);
        held.clear();
    }

    private void print(String[] cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(Math.max(0, widths[i] - width(cells[i])));
            line.append(i == 0 ? "" : " | ");
            line.append(toTheRight[i] ? padding + cells[i] : cells[i] + padding);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "NULL";
        }
        String text = CellText.text(value);
        String shown = Printable.line(
                text.length() > CELL_CHARS_MAX ? text.substring(0, CELL_CHARS_MAX - 1) + "\u2026" : text);
        // a surrogate without its other half would print as rubbish
        return shown.replaceAll("[\\ud800-\\udbff](?![\\udc00-\\udfff])", "");
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
