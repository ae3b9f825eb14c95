package dev.floe.sql.exec;

import dev.floe.catalog.table.TableIndex;
import dev.floe.sql.plan.PlannedScan;
import dev.floe.sql.plan.PlannedScan.IndexedValues;
import dev.floe.sql.scan.FilePlan;
import dev.floe.sql.scan.IndexLookup;
import dev.floe.sql.scan.ReadEstimate;
import dev.floe.sql.scan.ReadTally;
import dev.floe.sql.scan.RowSource;
import dev.floe.sql.scan.TableView;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/** A lookup by the index that reads least of those that a scan can use in a view, and what it would read. */
record IndexedRows(TableIndex index, IndexLookup lookup, ReadEstimate estimate) {
    /** The scan is an index lookup. Throws DATA_UNREADABLE. */
    static IndexedRows best(PlannedScan scan, TableView view, List<@Nullable Object> parameters) {
        Expression filter = scan.pruning(parameters);
        FilePlan files = FilePlan.of(view, filter, Set.of());
        return scan.indexed(parameters).stream()
                .map(values -> of(values, files, filter))
                .min(Comparator.comparingLong(candidate -> candidate.estimate.decoded()))
                .orElseThrow(() -> new IllegalStateException("an index lookup has an index"));
    }

    static RowSource open(PlannedScan scan, TableView view, List<@Nullable Object> parameters, ReadTally tally) {
        return best(scan, view, parameters).lookup.open(scan.fieldIds(), tally);
    }

    private static IndexedRows of(IndexedValues values, FilePlan files, Expression filter) {
        IndexLookup lookup = new IndexLookup(files, filter, values.index().fields(), values.values());
        return new IndexedRows(values.index(), lookup, lookup.estimate());
    }
}
