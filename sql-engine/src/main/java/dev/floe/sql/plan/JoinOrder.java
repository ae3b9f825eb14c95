package dev.floe.sql.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.metadata.RelMdUtil;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Inner joins of generated code, in the order that seems to hand on the fewest rows.
 *
 * <p>Generated code holds the right side of a join in memory and lets the left one pass by. So the largest relation is
 * leftmost, and the others are joined to it one by one, that one next which leaves the fewest rows. Estimates are those
 * of the tables' statistics; what DuckDB joins is ordered there.
 */
final class JoinOrder {
    /** Finding the order of more takes longer than they are worth: they stay as they are written. */
    private static final int RELATIONS_MAX = 16;

    private final RelMetadataQuery metadata;
    private final List<RelNode> relations = new ArrayList<>();
    /** The relation of each column of all, and where it begins there. */
    private final List<Integer> relationOf = new ArrayList<>();

    private final List<Integer> firstOf = new ArrayList<>();
    /** Over the columns of all relations. */
    private final List<RexNode> conditions = new ArrayList<>();

    private JoinOrder(RelMetadataQuery metadata) {
        this.metadata = metadata;
    }

    static boolean isIn(RelNode node) {
        return isOne(node) || node.getInputs().stream().anyMatch(JoinOrder::isIn);
    }

    /** The plan with its inner joins in their order. */
    static RelNode chosen(RelNode node) {
        if (isOne(node)) {
            JoinOrder order = new JoinOrder(node.getCluster().getMetadataQuery());
            List<Integer> columns = order.columns(node);
            int count = order.relations.size();
            List<Integer> written = IntStream.range(0, count).boxed().toList();
            List<Integer> best = count > RELATIONS_MAX ? written : order.best();
            if (!best.equals(written)) {
                order.relations.replaceAll(JoinOrder::chosen);
                return order.joined(best, columns, node);
            }
        }
        List<RelNode> inputs = node.getInputs().stream().map(JoinOrder::chosen).toList();
        return inputs.equals(node.getInputs()) ? node : node.copy(node.getTraitSet(), inputs);
    }

    private static boolean isOne(RelNode node) {
        return node instanceof LogicalJoin join
                && join.getJoinType() == JoinRelType.INNER
                && join.getVariablesSet().isEmpty();
    }

    /** True where a join of the tree is below, through filters and moves alone. */
    private static boolean isInside(RelNode node) {
        return isOne(node)
                || (node instanceof LogicalFilter filter
                        && filter.getVariablesSet().isEmpty()
                        && isInside(filter.getInput()))
                || (node instanceof LogicalProject project && isMove(project) && isInside(project.getInput()));
    }

    private static boolean isMove(LogicalProject project) {
        return project.getVariablesSet().isEmpty()
                && project.getProjects().stream().allMatch(RexInputRef.class::isInstance);
    }

    /** The columns of a node among those of all relations. */
    private List<Integer> columns(RelNode node) {
        if (isInside(node)) {
            List<Integer> below = new ArrayList<>();
            node.getInputs().forEach(input -> below.addAll(columns(input)));
            if (node instanceof LogicalProject project) {
                return project.getProjects().stream()
                        .map(column -> below.get(((RexInputRef) column).getIndex()))
                        .toList();
            }
            RexNode condition =
                    node instanceof LogicalFilter filter ? filter.getCondition() : ((LogicalJoin) node).getCondition();
            RelOptUtil.conjunctions(condition).forEach(each -> conditions.add(moved(each, below::get)));
            return below;
        }
        int first = relationOf.size();
        int count = node.getRowType().getFieldCount();
        IntStream.range(0, count).forEach(i -> relationOf.add(relations.size()));
        relations.add(node);
        firstOf.add(first);
        return IntStream.range(first, first + count).boxed().toList();
    }

    private static RexNode moved(RexNode node, IntUnaryOperator places) {
        return node.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                return new RexInputRef(places.applyAsInt(ref.getIndex()), ref.getType());
            }
        });
    }

    private List<Integer> best() {
        List<Integer> order = new ArrayList<>();
        Set<Integer> left =
                new LinkedHashSet<>(IntStream.range(0, relations.size()).boxed().toList());
        int next = left.stream()
                .max(Comparator.comparingDouble((Integer each) -> rows(each)).thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
        double rows = rows(next);
        while (true) {
            order.add(next);
            left.remove(next);
            if (left.isEmpty()) {
                return order;
            }
            double before = rows;
            next = left.stream()
                    .min(Comparator.comparing((Integer each) -> !isConnected(order, each))
                            .thenComparingDouble(each -> joinedRows(before, order, each))
                            .thenComparingDouble(each -> rows(each)))
                    .orElseThrow();
            rows = joinedRows(before, order, next);
        }
    }

    private double rows(int relation) {
        Double rows = metadata.getRowCount(relations.get(relation));
        return rows == null ? 1 : Math.max(1, rows);
    }

    private boolean isConnected(List<Integer> joined, int relation) {
        return conditions.stream().anyMatch(condition -> {
            Set<Integer> of = relationsOf(condition);
            return of.size() > 1 && of.contains(relation) && isAmong(of, joined, relation);
        });
    }

    private static boolean isAmong(Set<Integer> relations, List<Integer> joined, int relation) {
        return relations.stream().allMatch(each -> each == relation || joined.contains(each));
    }

    private Set<Integer> relationsOf(RexNode condition) {
        Set<Integer> of = new LinkedHashSet<>();
        RelOptUtil.InputFinder.bits(condition).forEach(column -> of.add(relationOf.get(column)));
        return of;
    }

    /** Rows after one more relation was joined to so many of others. */
    private double joinedRows(double before, List<Integer> joined, int relation) {
        double rows = before * rows(relation);
        ImmutableBitSet.Builder key = ImmutableBitSet.builder();
        for (RexNode condition : conditions) {
            Set<Integer> of = relationsOf(condition);
            if (!of.contains(relation) || !isAmong(of, joined, relation)) {
                continue;
            }
            boolean isEquality = isEquality(condition);
            rows *= isEquality ? equality((RexCall) condition) : RelMdUtil.guessSelectivity(condition);
            for (int column : isEquality ? RelOptUtil.InputFinder.bits(condition) : ImmutableBitSet.of()) {
                if (relationOf.get(column) == relation) {
                    key.set(column - firstOf.get(relation));
                }
            }
        }
        boolean isUnique = Boolean.TRUE.equals(metadata.areColumnsUnique(plain(relation), key.build()));
        return Math.max(1, isUnique ? Math.min(rows, before) : rows);
    }

    private boolean isEquality(RexNode condition) {
        return condition.isA(SqlKind.EQUALS)
                && ((RexCall) condition).getOperands().stream().allMatch(RexInputRef.class::isInstance)
                && relationsOf(condition).size() == 2;
    }

    /** Each value of the side that has fewer meets one of the other's. */
    private double equality(RexCall condition) {
        int one = ((RexInputRef) condition.getOperands().get(0)).getIndex();
        int other = ((RexInputRef) condition.getOperands().get(1)).getIndex();
        double most = Math.max(distinct(one), distinct(other));
        return most > 0 ? 1 / most : 1 / Math.min(rows(relationOf.get(one)), rows(relationOf.get(other)));
    }

    /** Different values of a column, 0 where that isn't known. */
    private double distinct(int column) {
        int relation = relationOf.get(column);
        Double values =
                metadata.getDistinctRowCount(plain(relation), ImmutableBitSet.of(column - firstOf.get(relation)), null);
        return values == null ? 0 : Math.min(values, rows(relation));
    }

    /** A relation as metadata knows it: nothing is known of a fragment but of what is inside. */
    private RelNode plain(int relation) {
        return relations.get(relation) instanceof Fragment fragment ? fragment.inside() : relations.get(relation);
    }

    private RelNode joined(List<Integer> order, List<Integer> columns, RelNode root) {
        List<RexNode> open = new ArrayList<>(conditions);
        List<Integer> places = new ArrayList<>();
        RelNode joined = null;
        List<Integer> before = new ArrayList<>();
        for (int relation : order) {
            int first = firstOf.get(relation);
            RelNode node = relations.get(relation);
            IntStream.range(first, first + node.getRowType().getFieldCount()).forEach(places::add);
            if (joined == null) {
                joined = node;
            } else {
                List<RexNode> here = open.stream()
                        .filter(condition -> isAmong(relationsOf(condition), before, relation))
                        .toList();
                open.removeAll(here);
                RexNode condition =
                        moved(RexUtil.composeConjunction(root.getCluster().getRexBuilder(), here), places::indexOf);
                joined = LogicalJoin.create(joined, node, List.of(), condition, Set.of(), JoinRelType.INNER);
            }
            before.add(relation);
        }
        if (joined == null) {
            throw new IllegalStateException("a join has relations");
        }
        List<RexNode> outputs = new ArrayList<>();
        for (int column : columns) {
            int place = places.indexOf(column);
            outputs.add(new RexInputRef(
                    place, joined.getRowType().getFieldList().get(place).getType()));
        }
        return LogicalProject.create(
                joined, List.of(), outputs, root.getRowType().getFieldNames(), Set.of());
    }
}
