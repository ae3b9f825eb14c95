package dev.floe.sql.plan;

import java.util.List;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelOptCost;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.type.RelDataType;

/** A part of a plan that DuckDB computes: a leaf for the parts around it. */
class Fragment extends AbstractRelNode {
    private final RelNode inside;

    private Fragment(RelNode inside, RelDataType row) {
        this(inside, inside.getCluster().traitSetOf(Convention.NONE), row);
    }

    Fragment(RelNode inside, RelTraitSet traits, RelDataType row) {
        super(inside.getCluster(), traits);
        this.inside = inside;
        this.rowType = row;
    }

    static Fragment of(RelNode inside) {
        return new Fragment(inside, inside.getRowType());
    }

    /** What DuckDB computes, in types as the user sees them. */
    RelNode inside() {
        return inside;
    }

    Fragment withRowType(RelDataType row) {
        return new Fragment(inside, row);
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return this;
    }

    @Override
    public double estimateRowCount(RelMetadataQuery metadata) {
        return metadata.getRowCount(inside);
    }

    @Override
    public RelOptCost computeSelfCost(RelOptPlanner planner, RelMetadataQuery metadata) {
        double rows = estimateRowCount(metadata);
        return planner.getCostFactory().makeCost(rows, rows * getRowType().getFieldCount(), 0);
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer).item("inside", inside).item("id", inside.getId());
    }
}
