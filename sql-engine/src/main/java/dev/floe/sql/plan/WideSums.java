package dev.floe.sql.plan;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/** Casts what a sum adds up to the sum's type, where that is a decimal: generated code adds like to like only. */
final class WideSums {
    private WideSums() {}

    static RelNode cast(RelNode node) {
        List<RelNode> inputs = node.getInputs().stream().map(WideSums::cast).toList();
        RelNode copy = inputs.isEmpty() ? node : node.copy(node.getTraitSet(), inputs);
        return copy instanceof LogicalAggregate aggregate
                ? aggregate(aggregate)
                : copy.accept(new Windows(node.getCluster().getRexBuilder()));
    }

    private static RelNode aggregate(LogicalAggregate aggregate) {
        RelNode input = aggregate.getInput();
        RexBuilder builder = aggregate.getCluster().getRexBuilder();
        List<RexNode> columns = new ArrayList<>(builder.identityProjects(input.getRowType()));
        List<AggregateCall> calls = new ArrayList<>();
        int narrow = columns.size();
        for (AggregateCall call : aggregate.getAggCallList()) {
            if (isSum(call.getAggregation().getKind())
                    && isNarrower(columns.get(call.getArgList().get(0)).getType(), call.getType())) {
                RexNode argument = columns.get(call.getArgList().get(0));
                columns.add(cast(builder, argument, call.getType()));
                calls.add(call.withArgList(List.of(columns.size() - 1)));
            } else {
                calls.add(call);
            }
        }
        if (columns.size() == narrow) {
            return aggregate;
        }
        List<String> names = new ArrayList<>(input.getRowType().getFieldNames());
        for (int i = narrow; i < columns.size(); i++) {
            names.add("$wide" + i);
        }
        RelNode wide = LogicalProject.create(input, List.of(), columns, names, Set.of());
        return LogicalAggregate.create(
                wide, aggregate.getHints(), aggregate.getGroupSet(), aggregate.getGroupSets(), calls);
    }

    private static boolean isSum(SqlKind kind) {
        return kind == SqlKind.SUM || kind == SqlKind.SUM0;
    }

    private static boolean isNarrower(RelDataType argument, RelDataType sum) {
        return sum.getSqlTypeName() == SqlTypeName.DECIMAL && argument.getSqlTypeName() != SqlTypeName.DECIMAL;
    }

    private static RexNode cast(RexBuilder builder, RexNode argument, RelDataType sum) {
        RelDataType type = builder.getTypeFactory()
                .createTypeWithNullability(sum, argument.getType().isNullable());
        return builder.makeAbstractCast(type, argument, false);
    }

    /** Does the same to sums over windows. */
    private static final class Windows extends RexShuttle {
        private final RexBuilder builder;

        Windows(RexBuilder builder) {
            this.builder = builder;
        }

        @Override
        public RexNode visitOver(RexOver over) {
            if (!isSum(over.getAggOperator().getKind())
                    || !isNarrower(over.getOperands().get(0).getType(), over.getType())) {
                return over;
            }
            return builder.makeOver(
                    over.getType(),
                    over.getAggOperator(),
                    List.of(cast(builder, over.getOperands().get(0), over.getType())),
                    over.getWindow().partitionKeys,
                    ImmutableList.copyOf(over.getWindow().orderKeys),
                    over.getWindow().getLowerBound(),
                    over.getWindow().getUpperBound(),
                    over.getWindow().isRows(),
                    true,
                    false,
                    over.isDistinct(),
                    over.ignoreNulls());
        }
    }
}
