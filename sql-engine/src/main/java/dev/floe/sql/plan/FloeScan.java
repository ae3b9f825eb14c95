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

/**
 * A scan of some columns of a table, with what was pushed into it.
 *
 * <p>{@code predicates} refer to the scan's output; they only leave out files and row groups, so a filter above
 * stays. {@code limit} is the number of rows after which nobody reads on, -1 for all. What {@code narrowing}
 * says of the rows is all that matters of it: with keys the scan has the rows of these keys and no others, with indexes
 * it may have more than the filter above it leaves.
 */
class FloeScan extends TableScan {
    private final TableDefinition definition;
    private final RelDataType columns;
    private final List<Integer> fieldIds;
    private final List<RexNode> predicates;
    private final long limit;
    private final @Nullable ScanNarrowing narrowing;

    FloeScan(
            RelOptCluster cluster,
            RelOptTable table,
            TableDefinition definition,
            RelDataType columns,
            List<Integer> fieldIds,
            List<RexNode> predicates,
            long limit) {
        this(
                cluster,
                cluster.traitSetOf(Convention.NONE),
                table,
                definition,
                columns,
                fieldIds,
                predicates,
                limit,
                null);
    }

    FloeScan(
            RelOptCluster cluster,
            RelTraitSet traits,
            RelOptTable table,
            TableDefinition definition,
            RelDataType columns,
            List<Integer> fieldIds,
            List<RexNode> predicates,
            long limit,
            @Nullable ScanNarrowing narrowing) {
        super(cluster, traits, List.of(), table);
        this.definition = definition;
        this.columns = columns;
        this.fieldIds = List.copyOf(fieldIds);
        this.predicates = List.copyOf(predicates);
        this.limit = limit;
        this.narrowing = narrowing;
    }

    TableDefinition definition() {
        return definition;
    }

    List<Integer> fieldIds() {
        return fieldIds;
    }

    List<RexNode> predicates() {
        return predicates;
    }

    long limit() {
        return limit;
    }

    /** The only keys whose rows are wanted, or null for all. */
    @Nullable
    ScanKeys keys() {
        return narrowing instanceof ScanKeys keys ? keys : null;
    }

    /** Indexes that have all rows wanted; none where the scan is no index lookup. */
    List<ScanIndexes.Candidate> indexes() {
        return narrowing instanceof ScanIndexes indexes ? indexes.candidates() : List.of();
    }

    @Nullable
    ScanNarrowing narrowing() {
        return narrowing;
    }

    /** True where neither keys nor an index say which rows are wanted. */
    boolean isWhole() {
        return narrowing == null;
    }

    FloeScan withColumns(RelDataType rowType, List<Integer> ids) {
        return new FloeScan(
                getCluster(), getTraitSet(), getTable(), definition, rowType, ids, predicates, limit, narrowing);
    }

    FloeScan withPredicates(List<RexNode> pushed) {
        return new FloeScan(
                getCluster(), getTraitSet(), getTable(), definition, columns, fieldIds, pushed, limit, narrowing);
    }

    FloeScan withLimit(long rows) {
        return new FloeScan(
                getCluster(), getTraitSet(), getTable(), definition, columns, fieldIds, predicates, rows, narrowing);
    }

    FloeScan narrowed(ScanNarrowing only) {
        return new FloeScan(
                getCluster(), getTraitSet(), getTable(), definition, columns, fieldIds, predicates, limit, only);
    }

    @Override
    public RelDataType deriveRowType() {
        return columns;
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return this;
    }

    @Override
    public double estimateRowCount(RelMetadataQuery metadata) {
        ScanNarrowing only = narrowing;
        return only == null ? super.estimateRowCount(metadata) : only.rowsAssumed();
    }

    @Override
    public RelOptCost computeSelfCost(RelOptPlanner planner, RelMetadataQuery metadata) {
        double rows = estimateRowCount(metadata);
        return planner.getCostFactory().makeCost(rows, rows * columns.getFieldCount(), 0);
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        @Nullable Object pushed = predicates.isEmpty() ? null : predicates;
        return super.explainTerms(writer)
                .item("columns", columns.getFieldNames())
                .itemIf("keys", narrowing, narrowing instanceof ScanKeys)
                .itemIf("index", narrowing, narrowing instanceof ScanIndexes)
                .itemIf("prune", pushed, pushed != null)
                .itemIf("limit", limit, limit >= 0);
    }
}
