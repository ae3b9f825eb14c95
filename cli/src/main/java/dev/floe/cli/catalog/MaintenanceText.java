package dev.floe.cli.catalog;

import dev.floe.cli.Printable;
import dev.floe.client.TableMaintenance;
import java.io.PrintWriter;
import java.util.Locale;

/** A table's maintenance as text for people. */
final class MaintenanceText {
    private MaintenanceText() {}

    static void print(TableMaintenance maintenance, PrintWriter out) {
        out.println();
        maintenance.byItself().ifPresent(run -> print("last maintenance", run, out));
        maintenance.asked().ifPresent(run -> print("maintenance " + run.request() + " asked for", run, out));
    }

    static void print(String what, TableMaintenance.Run run, PrintWriter out) {
        out.println(what + " " + run.begunAt() + (run.dryRun() ? ", dry run: would remove " : ": ") + line(run)
                + run.endedAt().map(at -> ", done " + at).orElse(run.step().isEmpty() ? ", waits" : ", running"));
        if (run.filesNotRemoved() > 0) {
            out.println("files that could not be removed: " + run.filesNotRemoved() + ", they go as orphans later");
        }
        if (!run.error().isEmpty()) {
            out.println("last error: " + Printable.line(run.error()));
        }
    }

    static String line(TableMaintenance.Run run) {
        return String.format(
                Locale.ROOT,
                "%,d snapshots with %,d files, %,d orphans, %s, %,d manifests rewritten",
                run.snapshotsExpired(),
                run.filesRemoved(),
                run.orphansRemoved(),
                TableText.bytes(run.bytesRemoved()),
                run.manifestsRewritten());
    }
}
