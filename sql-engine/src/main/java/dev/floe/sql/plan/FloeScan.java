package dev.floe.sql.plan;

import dev.floe.catalog.table.TableDefinition;
import java.util.List;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptCost;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/** A scan of some columns of a table, with what was pushed into it. */
class FloeScan extends TableScan {
    private final TableDefinition definition;
    private final Wanted wanted;

    /**
     * What a scan is to have.
     *
     * <p>{@code predicates} refer to the scan's output; they only leave out files and row groups, so a filter above
     * stays. {@code limit} is the number of rows after which nobody reads on, -1 for all. What {@code narrowing} says
     * of the rows is all that matters of it: with keys the scan has the rows of these keys and no others, with indexes
     * it may have more than the filter above it leaves.
     *
     * @param fieldIds of the columns, in their order
     * @param instant at which the table is read, or null for the cut of the whole statement
     */
    record Wanted(
            RelDataType columns,
            List<Integer> fieldIds,
            List<RexNode> predicates,
            long limit,
            @Nullable ScanNarrowing narrowing,
            @Nullable ScanInstant instant) {
        Wanted {
            fieldIds = List.copyOf(fieldIds);
            predicates = List.copyOf(predicates);
        }

        /** All rows of some columns. */
        static Wanted all(RelDataType columns, List<Integer> fieldIds) {
            return new Wanted(columns, fieldIds, List.of(), -1, null, null);
        }
    }

    FloeScan(RelOptCluster cluster, RelOptTable table, TableDefinition definition, Wanted wanted) {
        this(cluster, cluster.traitSetOf(Convention.NONE), table, definition, wanted);
    }

    FloeScan(RelOptCluster cluster, RelTraitSet traits, RelOptTable table, TableDefinition definition, Wanted wanted) {
        super(cluster, traits, List.of(), table);
        this.definition = definition;
        this.wanted = wanted;
    }

    TableDefinition definition() {
        return definition;
    }

    Wanted wanted() {
        return wanted;
    }

    List<Integer> fieldIds() {
        return wanted.fieldIds;
    }

    List<RexNode> predicates() {
        return wanted.predicates;
    }

    long limit() {
        return wanted.limit;
    }

    /** The only keys whose rows are wanted, or null for all. */
    @Nullable
    ScanKeys keys() {
        return wanted.narrowing instanceof ScanKeys keys ? keys : null;
    }

    /** Indexes that have all rows wanted; none where the scan is no index lookup. */
    List<ScanIndexes.Candidate> indexes() {
        return wanted.narrowing instanceof ScanIndexes indexes ? indexes.candidates() : List.of();
    }

    /** When the table is read, or null for the cut of the whole statement. */
    @Nullable
    ScanInstant instant() {
        return wanted.instant;
    }

    /** True where neither keys nor an index say which rows are wanted. */
    boolean isWhole() {
        return wanted.narrowing == null;
    }

    FloeScan withColumns(RelDataType rowType, List<Integer> ids) {
        return with(new Wanted(rowType, ids, wanted.predicates, wanted.limit, wanted.narrowing, wanted.instant));
    }

    FloeScan withPredicates(List<RexNode> pushed) {
        return with(
                new Wanted(wanted.columns, wanted.fieldIds, pushed, wanted.limit, wanted.narrowing, wanted.instant));
    }

    FloeScan withLimit(long rows) {
        return with(
                new Wanted(wanted.columns, wanted.fieldIds, wanted.predicates, rows, wanted.narrowing, wanted.instant));
    }

    FloeScan narrowed(ScanNarrowing only) {
        return with(new Wanted(wanted.columns, wanted.fieldIds, wanted.predicates, wanted.limit, only, wanted.instant));
    }

    FloeScan at(ScanInstant instant) {
        return with(new Wanted(
                wanted.columns, wanted.fieldIds, wanted.predicates, wanted.limit, wanted.narrowing, instant));
    }

    private FloeScan with(Wanted other) {
        return new FloeScan(getCluster(), getTraitSet(), getTable(), definition, other);
    }

    @Override
    public RelDataType deriveRowType() {
        return wanted.columns;
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return this;
    }

    @Override
    public double estimateRowCount(RelMetadataQuery metadata) {
        ScanNarrowing only = wanted.narrowing;
        return only == null ? super.estimateRowCount(metadata) : only.rowsAssumed();
    }

    @Override
    public RelOptCost computeSelfCost(RelOptPlanner planner, RelMetadataQuery metadata) {
        double rows = estimateRowCount(metadata);
        return planner.getCostFactory().makeCost(rows, rows * wanted.columns.getFieldCount(), 0);
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        @Nullable Object pushed = wanted.predicates.isEmpty() ? null : wanted.predicates;
        return super.explainTerms(writer)
                .itemIf("asOf", wanted.instant, wanted.instant != null)
                .item("columns", wanted.columns.getFieldNames())
                .itemIf("keys", wanted.narrowing, wanted.narrowing instanceof ScanKeys)
                .itemIf("index", wanted.narrowing, wanted.narrowing instanceof ScanIndexes)
                .itemIf("prune", pushed, pushed != null)
                .itemIf("limit", wanted.limit, wanted.limit >= 0);
    }
}
