package dev.floe.cli.catalog;

import dev.floe.cli.Printable;
import dev.floe.cli.format.CellText;
import dev.floe.cli.format.Listing;
import dev.floe.client.Column;
import dev.floe.client.MissingColumns;
import dev.floe.client.TableInfo;
import dev.floe.client.TableSpec;
import dev.floe.client.TableState;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Tables as text for people. */
final class TableText {
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};
    private static final int UNIT_STEP = 1024;

    private TableText() {}

    static void list(List<TableInfo> tables, PrintWriter out) {
        Listing listing = Listing.of("table", "mode", "key", "columns#", "buckets#", "created");
        for (TableInfo table : tables) {
            TableSpec spec = table.spec();
            listing.row(
                    spec.name(),
                    Json.lower(spec.mode()),
                    String.join(", ", spec.key()),
                    (long) spec.columns().size(),
                    (long) spec.buckets(),
                    table.createdAt().toString());
        }
        listing.print(out);
    }

    /** The table as the output option wants it; {@code before} stands before the text form. */
    static void print(OutputOption output, TableInfo table, String before, PrintWriter out) {
        if (output.isJson()) {
            out.println(CellText.pretty(Json.table(table)));
            return;
        }
        out.print(before);
        describe(table, out);
    }

    static void describe(TableInfo table, PrintWriter out) {
        TableSpec spec = table.spec();
        out.println(table.tenant() + "." + spec.name() + ": " + Json.lower(spec.mode())
                + (spec.key().isEmpty() ? "" : ", key (" + String.join(", ", spec.key()) + ")")
                + ", " + spec.buckets() + " buckets"
                + (spec.partitionBy().isEmpty() ? "" : ", partitioned by " + String.join(", ", spec.partitionBy()))
                + (spec.version().isEmpty() ? "" : ", versions in " + spec.version())
                + (spec.missing() == MissingColumns.KEEP ? ", missing columns keep their values" : ""));
        out.println("id " + table.id() + ", schema version " + table.schemaVersion() + ", bad rows "
                + Json.lower(spec.badRows()) + ", created " + table.createdAt());
        out.println();
        Listing columns = Listing.of("id#", "column", "type", "required", "doc");
        for (Column column : spec.columns()) {
            columns.row(
                    (long) column.id(),
                    column.name(),
                    column.type().text(),
                    column.required() ? "yes" : "",
                    column.doc());
        }
        columns.print(out);
        IndexText.print(table, out);
        suspension(table, out);
        table.state().ifPresent(state -> state(state, out));
        table.compaction().ifPresent(compaction -> CompactionText.print(compaction, out));
        table.maintenance().ifPresent(maintenance -> MaintenanceText.print(maintenance, out));
    }

    private static void suspension(TableInfo table, PrintWriter out) {
        table.suspension().ifPresent(why -> {
            out.println();
            out.println(
                    "SUSPENDED since " + why.since() + " with " + why.code() + ": " + Printable.line(why.message()));
            out.println(Printable.line(why.action()));
            out.println("its entries wait in the log; then: floe table resume "
                    + table.spec().name());
        });
    }

    private static void state(TableState state, PrintWriter out) {
        out.println();
        if (state.snapshotId() == 0) {
            out.println("no snapshot yet");
        } else {
            out.printf(
                    Locale.ROOT,
                    "snapshot %d of %s: %,d rows in %,d files, %s, %,d with deletion vectors%n",
                    state.snapshotId(),
                    state.committedAt(),
                    state.rowCount(),
                    state.dataFiles(),
                    bytes(state.dataBytes()),
                    state.deleteVectors());
        }
        if (!state.location().isEmpty()) {
            out.println("at " + Printable.line(state.location()));
        }
    }

    static String bytes(long count) {
        double amount = count;
        int unit = 0;
        while (amount >= UNIT_STEP && unit < UNITS.length - 1) {
            amount /= UNIT_STEP;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }
}
