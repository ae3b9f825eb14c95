package dev.floe.sql.scan;

import dev.floe.storage.run.RowGroupCounts;
import dev.floe.storage.write.BucketFileName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.Projections;

/**
 * The data files of a view in which rows of interest can be, by name, and what left the others out.
 *
 * <p>Pruning goes from the whole to the part: buckets by file name, partitions, files by their column bounds. Row
 * groups are left to the reader. Nothing is read to plan.
 */
public record FilePlan(TableView view, List<LiveFile> files, Pruned pruned) {
    /** How many files the snapshot has, and how many were left out by what. */
    public record Pruned(int total, int byBucket, int byPartition, int byBounds) {}

    public FilePlan {
        files = List.copyOf(files);
    }

    /** {@code buckets} holds those that can have a row of interest, empty for all. */
    public static FilePlan of(TableView view, Expression filter, Set<Integer> buckets) {
        Expression named = TableFilter.of(view, filter);
        Table table = view.table();
        boolean all = named.op() == Expression.Operation.TRUE;
        InclusiveMetricsEvaluator bounds = new InclusiveMetricsEvaluator(table.schema(), named);
        Map<Integer, Evaluator> partitions = new HashMap<>();
        List<LiveFile> kept = new ArrayList<>();
        int byBucket = 0;
        int byPartition = 0;
        int byBounds = 0;
        for (LiveFile live : view.files().all()) {
            DataFile file = live.file();
            if (!mayHold(file.location(), buckets)) {
                byBucket++;
            } else if (!all
                    && !partition(table, file.specId(), named, partitions).eval(file.partition())) {
                byPartition++;
            } else if (!all && !bounds.eval(file)) {
                byBounds++;
            } else {
                kept.add(live);
            }
        }
        kept.sort(Comparator.comparing(LiveFile::location));
        return new FilePlan(view, kept, new Pruned(view.files().all().size(), byBucket, byPartition, byBounds));
    }

    /**
     * Row groups of the files, and what leaves them out where a scan reads them with a filter in the names of the
     * view's definition. Reads footers where there is one. {@code checkpoint} runs before each file. Throws
     * DATA_UNREADABLE.
     */
    public RowGroupCounts rowGroups(Expression filter, Runnable checkpoint) {
        RowGroupCounts all = RowGroupCounts.NONE;
        for (LiveFile live : files) {
            checkpoint.run();
            all = all.and(rowGroups(live.file(), filter));
        }
        return all;
    }

    private RowGroupCounts rowGroups(DataFile file, Expression filter) {
        List<Long> begins = file.splitOffsets();
        return begins != null && filter.op() == Expression.Operation.TRUE
                ? RowGroupCounts.whole(begins.size())
                : RowGroupCounts.of(
                        view.table().io().newInputFile(file), view.definition().schema(), filter);
    }

    private static Evaluator partition(Table table, int specId, Expression filter, Map<Integer, Evaluator> known) {
        return known.computeIfAbsent(specId, id -> {
            PartitionSpec spec = Objects.requireNonNull(table.specs().get(id), "a file is of a spec of its table");
            Expression projected = spec.isUnpartitioned()
                    ? Expressions.alwaysTrue()
                    : Projections.inclusive(spec).project(filter);
            return new Evaluator(spec.partitionType(), projected);
        });
    }

    private static boolean mayHold(String location, Set<Integer> buckets) {
        return buckets.isEmpty()
                || !BucketFileName.isFloes(location)
                || buckets.stream().anyMatch(bucket -> BucketFileName.isOf(location, bucket));
    }
}
