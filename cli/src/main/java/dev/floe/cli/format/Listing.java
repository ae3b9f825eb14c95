package dev.floe.cli.format;

import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small table of texts and numbers. */
public final class Listing {
    private final List<Column> columns = new ArrayList<>();
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    /** Names of the columns; those that end in {@code #} hold numbers. */
    public static Listing of(String... columns) {
        Listing listing = new Listing();
        for (String column : columns) {
            boolean number = column.endsWith("#");
            listing.columns.add(Column.optional(
                    number ? column.substring(0, column.length() - 1) : column,
                    number ? ColumnType.Primitive.LONG : ColumnType.Primitive.STRING));
        }
        return listing;
    }

    public Listing row(@Nullable Object... values) {
        rows.add(values);
        return this;
    }

    public void print(PrintWriter out) {
        RowPrinter printer = RowPrinter.of(ResultFormat.TABLE, columns, out);
        rows.forEach(printer::row);
        printer.end();
    }
}
