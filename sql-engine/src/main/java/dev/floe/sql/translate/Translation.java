package dev.floe.sql.translate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalIntersect;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalMinus;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A relation as one SELECT of DuckDB's, operator by operator.
 *
 * <p>Columns are called c0, c1 and so on at every level, so nothing that a user named is in the text. Operators that
 * are not listed here are {@link Inexpressible}.
 */
public final class Translation {
    private final Scans scans;
    private final BoundValues values;

    /** Where a scan's rows come from. */
    public interface Scans {
        /** The name of a relation with the scan's columns as c0, c1 and so on. */
        String name(TableScan scan);
    }

    public Translation(Scans scans, BoundValues values) {
        this.scans = scans;
        this.values = values;
    }

    /** The whole statement, whose columns come in forms that Arrow has. Throws Inexpressible. */
    public String statement(RelNode root) {
        if (root instanceof LogicalProject project && project.getInput() instanceof LogicalSort sort) {
            Expressions expressions = expressions(sort, index -> "t.c" + index);
            List<String> columns = new ArrayList<>();
            for (RexNode expression : project.getProjects()) {
                columns.add(exported(expressions.text(expression), expression.getType()));
            }
            return select(columns, sort.getInput()) + ordered(sort, "t.c");
        }
        if (root instanceof LogicalSort sort) {
            return select(exported(sort), sort.getInput()) + ordered(sort, "t.c");
        }
        return select(exported(root), root);
    }

    private static List<String> exported(RelNode node) {
        List<RelDataType> types = types(node);
        return IntStream.range(0, types.size())
                .mapToObj(i -> exported("t.c" + i, types.get(i)))
                .toList();
    }

    /** Arrow has no uuids. */
    private static String exported(String column, RelDataType type) {
        String typed = Literals.cast(column, type);
        return type.getSqlTypeName() == SqlTypeName.UUID ? "CAST(" + typed + " AS VARCHAR)" : typed;
    }

    private String select(List<String> columns, RelNode input) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> columns.get(i) + " AS c" + i)
                .collect(Collectors.joining(", ", "SELECT ", " FROM " + from(input) + " t"));
    }

    /** A relation in the place of a table. */
    private String from(RelNode node) {
        return node instanceof TableScan scan ? scans.name(scan) : "(" + text(node) + ")";
    }

    private String text(RelNode node) {
        types(node).forEach(DuckTypes::name);
        if (node instanceof TableScan scan) {
            return "SELECT * FROM " + scans.name(scan);
        }
        if (node instanceof LogicalFilter filter && filter.getVariablesSet().isEmpty()) {
            String condition =
                    expressions(filter.getInput(), index -> "c" + index).text(filter.getCondition());
            return "SELECT * FROM " + from(filter.getInput()) + " t WHERE " + condition;
        }
        if (node instanceof LogicalProject project && project.getVariablesSet().isEmpty()) {
            Expressions expressions = expressions(project.getInput(), index -> "c" + index);
            return select(project.getProjects().stream().map(expressions::text).toList(), project.getInput());
        }
        if (node instanceof LogicalAggregate aggregate) {
            return text(aggregate);
        }
        if (node instanceof LogicalJoin join) {
            return text(join);
        }
        if (node instanceof LogicalSort sort) {
            return "SELECT * FROM " + from(sort.getInput()) + " t" + ordered(sort, "c");
        }
        if (node instanceof LogicalUnion union) {
            return combined(union, union.all ? "UNION ALL" : "UNION");
        }
        if (node instanceof LogicalIntersect intersect) {
            return combined(intersect, intersect.all ? "INTERSECT ALL" : "INTERSECT");
        }
        if (node instanceof LogicalMinus minus) {
            return combined(minus, minus.all ? "EXCEPT ALL" : "EXCEPT");
        }
        if (node instanceof LogicalValues rows) {
            return text(rows);
        }
        throw new Inexpressible(node.getRelTypeName());
    }

    private String text(LogicalAggregate aggregate) {
        List<RelDataType> input = types(aggregate.getInput());
        List<Integer> group = aggregate.getGroupSet().asList();
        List<String> columns = new ArrayList<>();
        group.forEach(key -> columns.add("c" + key));
        for (AggregateCall call : aggregate.getAggCallList()) {
            columns.add(Aggregates.text(call, input));
        }
        if (columns.isEmpty()) {
            throw new Inexpressible("an aggregate of nothing");
        }
        String select = select(columns, aggregate.getInput());
        if (aggregate.getGroupType() == LogicalAggregate.Group.SIMPLE) {
            return group.isEmpty() ? select : select + " GROUP BY " + keys(group);
        }
        return aggregate.getGroupSets().stream()
                .map(set -> "(" + keys(set.asList()) + ")")
                .collect(Collectors.joining(", ", select + " GROUP BY GROUPING SETS (", ")"));
    }

    private static String keys(List<Integer> group) {
        return group.stream().map(key -> "c" + key).collect(Collectors.joining(", "));
    }

    private String text(LogicalJoin join) {
        if (JoinTree.isOne(join)) {
            return JoinTree.text(join, this::from, values);
        }
        int left = join.getLeft().getRowType().getFieldCount();
        IntFunction<String> sides = index -> index < left ? "l.c" + index : "r.c" + (index - left);
        String word = switch (join.getJoinType()) {
            case LEFT -> " LEFT JOIN ";
            case RIGHT -> " RIGHT JOIN ";
            case FULL -> " FULL JOIN ";
            case SEMI -> " SEMI JOIN ";
            case ANTI -> " ANTI JOIN ";
            default -> throw new Inexpressible("the join " + join.getJoinType());
        };
        if (!join.getVariablesSet().isEmpty()) {
            throw new Inexpressible("a join with variables");
        }
        Expressions expressions = new Expressions(join.getCluster().getRexBuilder(), sides, values);
        return IntStream.range(0, join.getRowType().getFieldCount())
                .mapToObj(i -> sides.apply(i) + " AS c" + i)
                .collect(Collectors.joining(", ", "SELECT ", " FROM " + from(join.getLeft()) + " l"))
                .concat(word + from(join.getRight()) + " r ON " + expressions.text(join.getCondition()));
    }

    private String combined(RelNode node, String word) {
        List<RelDataType> types = types(node);
        return node.getInputs().stream()
                .map(input -> IntStream.range(0, types.size())
                        .mapToObj(i -> Casts.cast("c" + i, types(input).get(i), types.get(i)) + " AS c" + i)
                        .collect(Collectors.joining(", ", "(SELECT ", " FROM " + from(input) + " t)")))
                .collect(Collectors.joining(" " + word + " "));
    }

    private static String text(LogicalValues rows) {
        List<RelDataType> types = types(rows);
        if (rows.getTuples().isEmpty()) {
            return IntStream.range(0, types.size())
                    .mapToObj(i -> Literals.cast("NULL", types.get(i)) + " AS c" + i)
                    .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
        }
        String names = IntStream.range(0, types.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return rows.getTuples().stream()
                .map(row -> IntStream.range(0, types.size())
                        .mapToObj(i -> Literals.cast(Literals.of(row.get(i)), types.get(i)))
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", ", "SELECT * FROM (VALUES ", ") t(" + names + ")"));
    }

    private String ordered(LogicalSort sort, String prefix) {
        StringBuilder text = new StringBuilder();
        List<RelDataType> types = types(sort.getInput());
        for (RelFieldCollation key : sort.getCollation().getFieldCollations()) {
            if (!DuckTypes.isOrdered(types.get(key.getFieldIndex()))) {
                throw new Inexpressible("the order of " + types.get(key.getFieldIndex()));
            }
            boolean descending = key.getDirection().isDescending();
            boolean first = key.nullDirection == RelFieldCollation.NullDirection.FIRST
                    || (key.nullDirection == RelFieldCollation.NullDirection.UNSPECIFIED && descending);
            text.append(text.isEmpty() ? " ORDER BY " : ", ")
                    .append(prefix)
                    .append(key.getFieldIndex())
                    .append(descending ? " DESC" : " ASC")
                    .append(first ? " NULLS FIRST" : " NULLS LAST");
        }
        text.append(count(" LIMIT ", sort.fetch)).append(count(" OFFSET ", sort.offset));
        return text.toString();
    }

    private String count(String word, @Nullable RexNode rows) {
        if (rows == null) {
            return "";
        }
        if (!(rows instanceof RexLiteral literal)) {
            throw new Inexpressible("a limit that is no literal");
        }
        return word
                + Objects.requireNonNull(literal.getValueAs(BigDecimal.class)).longValueExact();
    }

    private Expressions expressions(RelNode input, IntFunction<String> columns) {
        return new Expressions(input.getCluster().getRexBuilder(), columns, values);
    }

    private static List<RelDataType> types(RelNode node) {
        return node.getRowType().getFieldList().stream()
                .map(field -> field.getType())
                .toList();
    }
}
