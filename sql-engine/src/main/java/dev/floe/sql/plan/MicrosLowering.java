package dev.floe.sql.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Sample;
import org.apache.calcite.rel.core.Uncollect;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalAsofJoin;
import org.apache.calcite.rel.logical.LogicalCorrelate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalIntersect;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalMatch;
import org.apache.calcite.rel.logical.LogicalMinus;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalTableFunctionScan;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * Makes times and timestamps of a plan BIGINTs of microseconds.
 *
 * <p>Iceberg counts microseconds, the code that Calcite generates milliseconds: computing in milliseconds would lose
 * digits without a word. After this step no type of the plan is a time; {@link MicrosRex} does the expressions.
 */
final class MicrosLowering {
    private static final Map<Class<? extends RelNode>, String> WORDS = Map.of(
            LogicalMatch.class, "MATCH_RECOGNIZE",
            LogicalTableFunctionScan.class, "table functions",
            LogicalAsofJoin.class, "ASOF JOIN",
            Sample.class, "TABLESAMPLE");

    private final MicrosTypes types;
    private final MicrosRex rex;

    MicrosLowering(RelNode root) {
        this.types = new MicrosTypes(root.getCluster().getTypeFactory());
        this.rex = new MicrosRex(root.getCluster().getRexBuilder(), types);
    }

    RelNode lower(RelNode node) {
        List<RelNode> inputs = node.getInputs().stream().map(this::lower).toList();
        if (node instanceof FloeScan scan) {
            return scan.withColumns(types.lower(scan.getRowType()), scan.fieldIds());
        }
        if (node instanceof Fragment fragment) {
            return fragment.withRowType(types.lower(fragment.getRowType()));
        }
        if (node instanceof LogicalProject project) {
            return LogicalProject.create(
                    inputs.get(0),
                    project.getHints(),
                    rex.visitList(project.getProjects()),
                    project.getRowType().getFieldNames(),
                    project.getVariablesSet());
        }
        if (node instanceof LogicalFilter filter) {
            return LogicalFilter.create(
                    inputs.get(0), filter.getCondition().accept(rex), ImmutableSet.copyOf(filter.getVariablesSet()));
        }
        if (node instanceof LogicalJoin join) {
            return LogicalJoin.create(
                    inputs.get(0),
                    inputs.get(1),
                    join.getHints(),
                    join.getCondition().accept(rex),
                    join.getVariablesSet(),
                    join.getJoinType());
        }
        if (node instanceof LogicalAggregate aggregate) {
            List<AggregateCall> calls =
                    aggregate.getAggCallList().stream().map(this::lower).toList();
            return LogicalAggregate.create(
                    inputs.get(0), aggregate.getHints(), aggregate.getGroupSet(), aggregate.getGroupSets(), calls);
        }
        if (node instanceof LogicalSort sort) {
            return LogicalSort.create(inputs.get(0), sort.getCollation(), sort.offset, sort.fetch);
        }
        if (node instanceof LogicalValues values) {
            return lower(values);
        }
        return lowerOther(node, inputs);
    }

    private RelNode lowerOther(RelNode node, List<RelNode> inputs) {
        if (node instanceof LogicalUnion union) {
            return LogicalUnion.create(inputs, union.all);
        }
        if (node instanceof LogicalIntersect intersect) {
            return LogicalIntersect.create(inputs, intersect.all);
        }
        if (node instanceof LogicalMinus minus) {
            return LogicalMinus.create(inputs, minus.all);
        }
        if (node instanceof LogicalCorrelate correlate) {
            return LogicalCorrelate.create(
                    inputs.get(0),
                    inputs.get(1),
                    correlate.getHints(),
                    correlate.getCorrelationId(),
                    correlate.getRequiredColumns(),
                    correlate.getJoinType());
        }
        if (node instanceof Uncollect uncollect) {
            return uncollect.copy(uncollect.getTraitSet(), withoutNulls(inputs.get(0)));
        }
        boolean times = types.hasTimes(node.getRowType())
                || node.getInputs().stream().anyMatch(input -> types.hasTimes(input.getRowType()));
        if (times) {
            throw new FloeException(
                            ErrorCode.UNSUPPORTED,
                            "SQL here doesn't have " + WORDS.getOrDefault(node.getClass(), "this clause")
                                    + " over times")
                    .advise("leave out the columns with times there, or cast them to VARCHAR first");
        }
        return node.copy(node.getTraitSet(), inputs);
    }

    /** Nothing comes out of a collection that is NULL; generated code would fail. */
    private static RelNode withoutNulls(RelNode collections) {
        RexBuilder builder = collections.getCluster().getRexBuilder();
        List<RexNode> present = IntStream.range(0, collections.getRowType().getFieldCount())
                .mapToObj(i -> builder.makeInputRef(collections, i))
                .filter(collection -> collection.getType().isNullable())
                .map(collection -> builder.makeCall(SqlStdOperatorTable.IS_NOT_NULL, collection))
                .toList();
        RexNode all = RexUtil.composeConjunction(builder, present);
        return all.isAlwaysTrue() ? collections : LogicalFilter.create(collections, all);
    }

    private RelNode lower(LogicalValues values) {
        ImmutableList<ImmutableList<RexLiteral>> tuples = values.getTuples().stream()
                .map(tuple -> tuple.stream().map(rex::lowered).collect(ImmutableList.toImmutableList()))
                .collect(ImmutableList.toImmutableList());
        return LogicalValues.create(values.getCluster(), types.lower(values.getRowType()), tuples);
    }

    private AggregateCall lower(AggregateCall call) {
        if (!types.hasTimes(call.getType())) {
            return call;
        }
        return AggregateCall.create(
                call.getAggregation(),
                call.isDistinct(),
                call.isApproximate(),
                call.ignoreNulls(),
                call.rexList,
                call.getArgList(),
                call.filterArg,
                call.distinctKeys,
                call.collation,
                types.lower(call.getType()),
                call.getName());
    }
}
