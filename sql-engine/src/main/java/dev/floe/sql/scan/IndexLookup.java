package dev.floe.sql.scan;

import dev.floe.sql.tail.TailRows;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.index.ValueHasher;
import dev.floe.storage.sidecar.IndexFields;
import dev.floe.storage.sidecar.OpenSidecar;
import dev.floe.storage.sidecar.ValueIndex;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/**
 * Finds the live rows of a view that have certain values in the columns of a secondary index, and perhaps some others.
 *
 * <p>Values are told by their hashes, so a filter above decides. A file that has no index is read whole, so that it
 * never matters which files have one: files are indexed in the background. For one thread.
 */
public final class IndexLookup {
    private final FilePlan plan;
    private final Expression filter;
    private final IndexFields fields;
    private final long[] hashes;

    /**
     * Over the files that {@code plan} kept.
     *
     * @param filter for what is read of files without the index
     * @param values a batch of the index's columns
     */
    public IndexLookup(FilePlan plan, Expression filter, IndexFields fields, ColumnBatch values) {
        this.plan = plan;
        this.filter = filter;
        this.fields = fields;
        long[] all = new ValueHasher(fields.ids())
                .hash(values, plan.view().definition().schema());
        this.hashes = Arrays.stream(all)
                .filter(hash -> hash != ValueHasher.NONE)
                .sorted()
                .distinct()
                .toArray();
    }

    /** What {@link #open} would read; dead rows that the index still has are counted. */
    public ReadEstimate estimate() {
        ReadEstimate all = ReadEstimate.NONE;
        for (LiveFile file : plan.files()) {
            OpenSidecar<ValueIndex> index = index(file);
            all = all.and(index == null ? ReadEstimate.whole(file) : ReadEstimate.points(file, count(index)));
        }
        long tail = plan.view().tail().buckets().values().stream()
                .flatMap(bucket -> bucket.entries().stream())
                .mapToLong(this::count)
                .sum();
        return all.and(new ReadEstimate(tail, tail));
    }

    /** The rows, with columns in the order of {@code fieldIds}. */
    public RowSource open(List<Integer> fieldIds, ReadTally tally) {
        return new IndexRows(this, fieldIds, tally);
    }

    FilePlan plan() {
        return plan;
    }

    Expression filter() {
        return filter;
    }

    IndexFields fields() {
        return fields;
    }

    /** Hashes of the values, ascending. */
    long[] hashes() {
        return hashes;
    }

    @Nullable
    OpenSidecar<ValueIndex> index(LiveFile file) {
        return plan.view().index(file, fields);
    }

    /** Positions of the rows in a file, ascending, dead ones too. */
    long[] positions(OpenSidecar<ValueIndex> index) {
        long[][] found = index.search(
                values -> Arrays.stream(hashes).mapToObj(values::positions).toArray(long[][]::new));
        return Arrays.stream(found).flatMapToLong(Arrays::stream).sorted().toArray();
    }

    private long count(OpenSidecar<ValueIndex> index) {
        return index.search(values -> Arrays.stream(hashes).map(values::count).sum());
    }

    private long count(TailRows entry) {
        return entry.having(fields, hashes).length;
    }
}
