package dev.floe.cli.catalog;

import dev.floe.cli.Printable;
import dev.floe.client.TableCompaction;
import java.io.PrintWriter;
import java.util.Locale;

/** A table's compaction as text for people. */
final class CompactionText {
    private CompactionText() {}

    static void print(TableCompaction compaction, PrintWriter out) {
        out.println();
        if (compaction.paused()) {
            out.println("compaction is PAUSED");
        }
        compaction.newest().ifPresent(full -> {
            out.println("compaction " + full.request() + " of " + full.requestedAt() + ": " + line(full)
                    + full.doneAt().map(at -> ", done " + at).orElse(", running"));
            if (!full.lastError().isEmpty()) {
                out.println("last error: " + Printable.line(full.lastError()));
            }
        });
    }

    static String line(TableCompaction.Full full) {
        return String.format(
                Locale.ROOT,
                "%d of %d buckets, %,d rows to %,d, %s to %s, %.1f s of merging",
                full.bucketsDone(),
                full.buckets(),
                full.rowsIn(),
                full.rowsOut(),
                TableText.bytes(full.bytesIn()),
                TableText.bytes(full.bytesOut()),
                full.mergeSeconds());
    }
}
