package dev.floe.cli.catalog;

import dev.floe.cli.Printable;
import dev.floe.cli.format.Listing;
import dev.floe.client.IndexState;
import dev.floe.client.TableIndex;
import dev.floe.client.TableInfo;
import java.io.PrintWriter;
import java.util.List;

/** A table's secondary indexes as text for people. */
final class IndexText {
    private IndexText() {}

    static void print(TableInfo table, PrintWriter out) {
        List<TableIndex> indexes = table.spec().indexes();
        if (indexes.isEmpty()) {
            return;
        }
        out.println();
        Listing listing = Listing.of("index", "columns", "files");
        for (TableIndex index : indexes) {
            listing.row(index.name(), String.join(", ", index.columns()), files(table, index));
        }
        listing.print(out);
        for (IndexState state : table.indexes()) {
            if (!state.error().isEmpty()) {
                out.println("index " + state.name() + ": " + Printable.line(state.error()));
            }
        }
    }

    private static String files(TableInfo table, TableIndex index) {
        return table.indexes().stream()
                .filter(state -> state.name().equals(index.name()) && state.isKnown())
                .map(state -> state.filesDone() + " of " + state.files())
                .findFirst()
                .orElse("");
    }
}
