package dev.floe.sql.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;

/**
 * Inner joins of inner joins as one FROM with many relations, whose order is then DuckDB's to find.
 *
 * <p>It joins what stands in one FROM in the order that it takes for best, and looks through no SELECT between two
 * joins. Filters, and projections that only leave out or move columns, are no such SELECT here.
 */
final class JoinTree {
    private final Function<RelNode, String> relation;
    private final BoundValues values;
    private final List<String> relations = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();

    private JoinTree(Function<RelNode, String> relation, BoundValues values) {
        this.relation = relation;
        this.values = values;
    }

    static boolean isOne(RelNode node) {
        return node instanceof LogicalJoin join
                && join.getJoinType() == JoinRelType.INNER
                && join.getVariablesSet().isEmpty();
    }

    /** A SELECT with the join's columns as c0, c1 and so on; {@code relation} has what takes the place of a table. */
    static String text(LogicalJoin root, Function<RelNode, String> relation, BoundValues values) {
        JoinTree tree = new JoinTree(relation, values);
        List<String> columns = tree.columns(root);
        String select = IntStream.range(0, columns.size())
                .mapToObj(i -> columns.get(i) + " AS c" + i)
                .collect(Collectors.joining(", ", "SELECT ", " FROM " + String.join(", ", tree.relations)));
        return tree.conditions.isEmpty()
                ? select
                : select + tree.conditions.stream().collect(Collectors.joining(" AND ", " WHERE ", ""));
    }

    /** What the columns of a node are called within the FROM. */
    private List<String> columns(RelNode node) {
        if (isOne(node)) {
            LogicalJoin join = (LogicalJoin) node;
            List<String> columns = new ArrayList<>(columns(join.getLeft()));
            columns.addAll(columns(join.getRight()));
            condition(join, join.getCondition(), columns::get);
            return columns;
        }
        if (node instanceof LogicalFilter filter
                && isInside(filter.getInput())
                && filter.getVariablesSet().isEmpty()) {
            List<String> columns = columns(filter.getInput());
            condition(filter, filter.getCondition(), columns::get);
            return columns;
        }
        if (node instanceof LogicalProject project && isMove(project) && isInside(project.getInput())) {
            List<String> columns = columns(project.getInput());
            return project.getProjects().stream()
                    .map(column -> columns.get(((RexInputRef) column).getIndex()))
                    .toList();
        }
        String name = "r" + relations.size();
        relations.add(relation.apply(node) + " " + name);
        return IntStream.range(0, node.getRowType().getFieldCount())
                .mapToObj(i -> name + ".c" + i)
                .toList();
    }

    /** True where a join of the tree is below, through filters and moves alone. */
    private static boolean isInside(RelNode node) {
        if (node instanceof LogicalFilter filter) {
            return filter.getVariablesSet().isEmpty() && isInside(filter.getInput());
        }
        return isOne(node)
                || (node instanceof LogicalProject project && isMove(project) && isInside(project.getInput()));
    }

    private static boolean isMove(LogicalProject project) {
        return project.getVariablesSet().isEmpty()
                && project.getProjects().stream().allMatch(RexInputRef.class::isInstance);
    }

    private void condition(RelNode node, RexNode condition, IntFunction<String> columns) {
        if (!condition.isAlwaysTrue()) {
            conditions.add(new Expressions(node.getCluster().getRexBuilder(), columns, values).text(condition));
        }
    }
}
