package dev.floe.jobs.ingest;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.table.IndexOrder;
import dev.floe.catalog.table.IndexProgress;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.core.error.FloeException;
import dev.floe.storage.secondary.FileIndexes;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.SidecarName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives data files the secondary indexes that they lack, and takes away those of indexes that were dropped.
 *
 * <p>A pass looks at the files of each table's current snapshot. Most have their indexes from the writers; those
 * written before an index was declared, or by a writer that did not know of it yet, get it here. It changes nothing but
 * index files, which readers do without where they are missing, so it races with nobody. For one thread.
 */
final class IndexBackfill {
    private static final Logger LOG = LoggerFactory.getLogger(IndexBackfill.class);
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** By then no writer makes files of the index any more. */
    private static final Duration REMOVED_AFTER = Duration.ofMinutes(1);
    /** What is complete is looked at again after so long: somebody may have removed an index file. */
    private static final Duration TRUSTED_FOR = Duration.ofHours(1);

    private final Catalog catalog;
    private final Clock clock;
    private final BooleanSupplier cancelled;
    private final Map<UUID, Looked> looked = new HashMap<>();
    private Instant looksAgain = Instant.MIN;

    /** {@code cancelled} is asked between files; once true the pass ends. */
    IndexBackfill(Catalog catalog, Clock clock, BooleanSupplier cancelled) {
        this.catalog = catalog;
        this.clock = clock;
        this.cancelled = cancelled;
    }

    /** What a pass found complete: nothing is to do until one of these is another. */
    private record Looked(long snapshotId, Set<IndexFields> fields, Set<String> locations) {
        static final Looked NOTHING = new Looked(0, Set.of(), Set.of());
    }

    /** Brings the files of the tables to what is ordered; a table that fails is left to the next pass. */
    void pass(List<IndexOrder> orders) {
        Map<UUID, List<IndexOrder>> byTable = orders.stream().collect(Collectors.groupingBy(IndexOrder::tableId));
        looked.keySet().retainAll(byTable.keySet());
        if (!clock.instant().isBefore(looksAgain)) {
            looked.clear();
            looksAgain = clock.instant().plus(TRUSTED_FOR);
        }
        byTable.forEach((tableId, ordered) -> {
            try {
                Optional<TableDefinition> table = cancelled.getAsBoolean()
                        ? Optional.empty()
                        : catalog.tables().find(tableId);
                if (table.isPresent()) {
                    bring(table.get(), ordered);
                }
            } catch (RuntimeException e) {
                LOG.warn("indexes of a table are looked at later: tableId={}", tableId, e);
            }
        });
    }

    private void bring(TableDefinition definition, List<IndexOrder> orders) {
        Table table = catalog.tables().iceberg(definition.name());
        Set<IndexFields> wanted = orders.stream()
                .filter(order -> order.droppedAt().isEmpty())
                .map(IndexOrder::fields)
                .filter(fields -> fields.ids().stream()
                        .allMatch(id -> table.schema().asStruct().field(id) != null))
                .collect(Collectors.toSet());
        Snapshot snapshot = table.currentSnapshot();
        long snapshotId = snapshot == null ? 0 : snapshot.snapshotId();
        Looked before = looked.getOrDefault(definition.id(), Looked.NOTHING);
        if (before.snapshotId != snapshotId || !before.fields.equals(wanted)) {
            List<DataFile> files = snapshot == null ? List.of() : files(table);
            boolean isComplete = true;
            for (IndexFields fields : wanted) {
                Set<String> known = before.fields.contains(fields) ? before.locations : Set.of();
                isComplete &= index(definition, table, files, known, fields);
            }
            if (isComplete) {
                Set<String> all = files.stream().map(DataFile::location).collect(Collectors.toSet());
                looked.put(definition.id(), new Looked(snapshotId, wanted, all));
            }
        }
        for (IndexOrder order : orders) {
            Optional<Instant> droppedAt = order.droppedAt();
            if (droppedAt.isPresent() && droppedAt.get().plus(REMOVED_AFTER).isBefore(clock.instant())) {
                remove(table, order.fields());
                catalog.indexes().removed(definition.id(), order.fields(), droppedAt.get());
                LOG.info("index removed: table={} fields={}", definition.name(), order.fields());
            }
        }
    }

    /** True where afterwards all of the files have the index. */
    private boolean index(
            TableDefinition definition, Table table, List<DataFile> files, Set<String> known, IndexFields fields) {
        FileIndexes indexes = new FileIndexes(definition.name().toString(), table.io());
        List<DataFile> missing = new ArrayList<>();
        for (DataFile file : files) {
            if (!known.contains(file.location()) && !indexes.has(file, fields)) {
                missing.add(file);
            }
        }
        int done = files.size() - missing.size();
        String error = "";
        report(definition, fields, files.size(), done, error);
        if (missing.isEmpty()) {
            return true;
        }
        LOG.info("indexing: table={} fields={} files={}", definition.name(), fields, missing.size());
        long reported = System.nanoTime();
        for (DataFile file : missing) {
            if (cancelled.getAsBoolean()) {
                return false;
            }
            try {
                indexes.make(file, fields, table.schema());
                done++;
            } catch (FloeException e) {
                error = e.code() + ": " + e.message();
                LOG.warn("file not indexed: table={} file={} {}", definition.name(), file.location(), error);
            }
            if (System.nanoTime() - reported > REPORT_NANOS) {
                report(definition, fields, files.size(), done, error);
                reported = System.nanoTime();
            }
        }
        report(definition, fields, files.size(), done, error);
        return error.isEmpty();
    }

    private void report(TableDefinition table, IndexFields fields, int files, int done, String error) {
        catalog.indexes().report(table.id(), new IndexProgress(fields, files, done, error));
    }

    private static void remove(Table table, IndexFields fields) {
        for (DataFile file : table.currentSnapshot() == null ? List.<DataFile>of() : files(table)) {
            try {
                table.io().deleteFile(SidecarName.of(file.location(), fields));
            } catch (NotFoundException e) {
                // it never had one
            }
        }
    }

    private static List<DataFile> files(Table table) {
        List<DataFile> files = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                if (seen.add(task.file().location())) {
                    files.add(task.file().copyWithoutStats());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing a table scan", e);
        }
        return files;
    }
}
