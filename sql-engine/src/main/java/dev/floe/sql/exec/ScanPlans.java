package dev.floe.sql.exec;

import dev.floe.sql.duckdb.ScanInput;
import dev.floe.sql.engine.ReadCount;
import dev.floe.sql.engine.TableCut;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.scan.FilePlan;
import dev.floe.sql.scan.LiveFile;
import dev.floe.sql.scan.ReadTally;
import dev.floe.sql.scan.RowSource;
import dev.floe.sql.scan.SnapshotRows;
import dev.floe.sql.scan.TableView;
import dev.floe.storage.bucket.BucketFunction;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.Vector;
import dev.floe.storage.column.VectorBuilder;
import dev.floe.storage.run.RowGroupCounts;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** The files that the scans of one run read, at its snapshots and with its parameters. */
final class ScanPlans {
    /** The engine of a scan that is in a fragment. */
    static final String DUCK_DB = "DuckDB";

    private final StatementViews views;
    private final List<@Nullable Object> parameters;
    private final RunReads reads;

    /** {@code views} has the table of every scan; {@code reads} is told what is read. */
    ScanPlans(StatementViews views, List<@Nullable Object> parameters, RunReads reads) {
        this.views = views;
        this.parameters = parameters;
        this.reads = reads;
    }

    /** Live rows that a scan may want, and others. */
    RowSource rows(PlannedScan scan) {
        ReadTally tally = reads.of(scan);
        RowSource few = LookupRows.of(scan, view(scan), parameters, tally);
        return few == null ? new SnapshotRows(files(scan), scan.fieldIds(), scan.pruning(parameters), tally) : few;
    }

    /** The same for DuckDB; rows of keys are looked up here. */
    ScanInput input(PlannedScan scan) {
        Schema schema = scan.definition().schema();
        Optional<ColumnBatch> keys = scan.keys(parameters);
        if (keys.isEmpty()) {
            FilePlan plan = files(scan);
            reads.of(scan).scan(plan);
            return ScanInput.of(plan, schema, scan.fieldIds());
        }
        try (LookupRows found = new LookupRows(scan, view(scan), keys.get(), reads.of(scan))) {
            return ScanInput.of(found.next(keys.get().rowCount()), schema, scan.fieldIds());
        }
    }

    /**
     * What a scan reads and why the rest is left out, in one line; {@code checkpoint} runs before each file that is
     * looked into.
     */
    String explained(PlannedScan scan, String engine, Runnable checkpoint) {
        TableCut cut = view(scan).cut();
        Instant instant = views.instant(scan);
        String at = "; snapshot " + cut.snapshotId()
                + (instant == null ? ", rows of the tail " + cut.tailRows() : " as of " + instant);
        Optional<ColumnBatch> keys = scan.keys(parameters);
        if (keys.isPresent()) {
            return "lookup in " + scan.definition().name().table() + " of "
                    + keys.get().rowCount() + " keys, for " + engine + at;
        }
        if (scan.isIndexed()) {
            IndexedRows best = IndexedRows.best(scan, view(scan), parameters);
            return "lookup in " + scan.definition().name().table() + " by the index "
                    + best.index().name() + " of " + best.estimate().rows() + " rows, for " + engine + at;
        }
        FilePlan plan = files(scan);
        FilePlan.Pruned pruned = plan.pruned();
        long rows = plan.files().stream()
                .mapToLong(file -> file.file().recordCount())
                .sum();
        long dead = plan.files().stream().mapToLong(LiveFile::deadRows).sum();
        return "scan of " + scan.definition().name().table() + " in " + engine + ": files " + pruned.total()
                + ", kept " + plan.files().size()
                + ", left out by bucket " + pruned.byBucket()
                + ", by partition " + pruned.byPartition()
                + ", by bounds " + pruned.byBounds()
                + "; row groups in kept files " + rowGroups(plan, scan, engine, checkpoint)
                + "; pages of kept row groups all kept"
                + "; rows in kept files " + rows
                + ", dead by deletion vectors " + dead
                + at;
    }

    /** The same of what a lookup read, which is known once it ran; {@code tally} is thorough. */
    static String read(PlannedScan scan, ReadTally tally) {
        long unpaged = tally.pages().readsUnpaged();
        return "read of " + scan.definition().name().table() + ": files " + tally.sum(ReadCount.FILES)
                + ", read " + tally.sum(ReadCount.FILES_KEPT)
                + "; pages of the columns " + tally.pages().total()
                + ", with rows wanted " + tally.pages().wanted()
                + ", read from files " + tally.pages().pagesRead()
                + (unpaged == 0 ? "" : ", whole row groups " + unpaged + " times, as columns are nested")
                + "; rows of files " + tally.sum(ReadCount.ROWS)
                + ", of the tail " + tally.sum(ReadCount.TAIL_ROWS);
    }

    /** DuckDB is taken to leave out what statistics allow; into dictionaries it does not look. */
    private String rowGroups(FilePlan plan, PlannedScan scan, String engine, Runnable checkpoint) {
        RowGroupCounts found = plan.rowGroups(scan.pruning(parameters), checkpoint);
        boolean hasDictionaries = !engine.equals(DUCK_DB);
        RowGroupCounts counts = hasDictionaries ? found : found.byStatisticsOnly();
        return counts.total() + ", kept " + counts.kept() + ", left out by statistics " + counts.byStatistics()
                + (hasDictionaries ? ", by dictionaries " + counts.byDictionaries() : "");
    }

    /** The view of a scan's table. */
    TableView view(PlannedScan scan) {
        return views.of(scan);
    }

    private FilePlan files(PlannedScan scan) {
        return FilePlan.of(view(scan), scan.pruning(parameters), buckets(scan));
    }

    /** The bucket of the only key that can be found; empty for all buckets. */
    private Set<Integer> buckets(PlannedScan scan) {
        Optional<List<Object>> key = scan.onlyKey(parameters);
        if (key.isEmpty()) {
            return Set.of();
        }
        Schema schema = scan.definition().schema();
        List<Integer> ids = scan.definition().keyFieldIds();
        List<Vector> columns = IntStream.range(0, ids.size())
                .mapToObj(i -> VectorBuilder.of(
                        schema.findType(ids.get(i)), List.of(key.get().get(i))))
                .toList();
        ColumnBatch one = new ColumnBatch(1, ids, columns, new byte[1]);
        BucketFunction function =
                BucketFunction.of(schema, ids, scan.definition().buckets());
        return Arrays.stream(function.bucketsOf(one)).boxed().collect(Collectors.toSet());
    }
}
