package dev.floe.it.chaos;

import dev.floe.it.RawCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** A fault that is put into a run which had none, and what a checker that can see it must say. */
enum Tampering {
    FILE_LOST("lost ") {
        @Override
        void apply(Path folder) {
            onTable(folder, table -> table.newDelete().deleteFile(someFile(table)));
        }
    },
    FILE_TWICE("duplicate of ") {
        @Override
        void apply(Path folder) {
            onTable(folder, table -> table.newAppend().appendFile(someFile(table)));
        }
    },
    ACKS_LOST(" are acked") {
        @Override
        void apply(Path folder) throws IOException {
            onHistory(folder, lines -> lines.removeIf(line -> line.contains("\"event\":\"acked\"")));
        }
    },
    ROWS_NEVER_SENT("never sent: ") {
        @Override
        void apply(Path folder) throws IOException {
            onHistory(folder, lines -> lines.removeIf(line -> line.contains("\"event\":\"made\"")));
        }
    },
    READ_FELL_BACK("a read saw ") {
        @Override
        void apply(Path folder) throws IOException {
            onHistory(folder, lines -> {
                lines.add("{\"event\":\"read\",\"count\":1,\"began\":" + Long.MAX_VALUE + "}");
                lines.add("{\"event\":\"read\",\"count\":0,\"began\":" + Long.MAX_VALUE + "}");
            });
        }
    };

    private final String seen;

    Tampering(String seen) {
        this.seen = seen;
    }

    /** Words of the violation that it must be. */
    String seen() {
        return seen;
    }

    /** Violations that are found in the run with the fault in it; the run is as before then. */
    List<String> violations(Path folder) throws IOException {
        Path history = folder.resolve(Journal.HISTORY);
        byte[] before = Files.readAllBytes(history);
        long snapshot = RawCatalog.with(
                data(folder),
                catalog -> catalog.loadTable(RawCatalog.name(Columns.EVENTS))
                        .currentSnapshot()
                        .snapshotId());
        try {
            apply(folder);
            return Checker.check(folder).violations();
        } finally {
            Files.write(history, before);
            RawCatalog.with(data(folder), catalog -> {
                catalog.loadTable(RawCatalog.name(Columns.EVENTS))
                        .manageSnapshots()
                        .rollbackTo(snapshot)
                        .commit();
                return snapshot;
            });
        }
    }

    abstract void apply(Path folder) throws IOException;

    /** Commits a change that looks like one of the job's. */
    private static void onTable(Path folder, Function<Table, SnapshotUpdate<?>> change) {
        RawCatalog.with(data(folder), catalog -> {
            Table table = catalog.loadTable(RawCatalog.name(Columns.EVENTS));
            SnapshotUpdate<?> update = change.apply(table);
            table.currentSnapshot().summary().forEach((name, value) -> {
                if (name.startsWith("floe.")) {
                    update.set(
                            name,
                            name.equals("floe.commit-id") ? UUID.randomUUID().toString() : value);
                }
            });
            update.commit();
            return table;
        });
    }

    private static void onHistory(Path folder, Consumer<List<String>> change) throws IOException {
        Path history = folder.resolve(Journal.HISTORY);
        List<String> lines = new ArrayList<>(Files.readAllLines(history));
        change.accept(lines);
        Files.write(history, lines);
    }

    private static DataFile someFile(Table table) {
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            return tasks.iterator().next().file();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path data(Path folder) {
        return folder.resolve("data");
    }
}
