package dev.floe.sql.translate;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowExclusion;
import org.apache.calcite.sql.SqlKind;

/** Functions over windows of rows, or of ranges without offsets. */
final class Windows {
    private static final Set<SqlKind> RANKS = Set.of(SqlKind.ROW_NUMBER, SqlKind.RANK, SqlKind.DENSE_RANK);

    private final Expressions expressions;

    Windows(Expressions expressions) {
        this.expressions = expressions;
    }

    String text(RexOver over) {
        RexWindow window = over.getWindow();
        if (over.isDistinct() || over.ignoreNulls() || window.getExclude() != RexWindowExclusion.EXCLUDE_NO_OTHER) {
            throw new Inexpressible("the window of " + over);
        }
        StringBuilder text = new StringBuilder(function(over)).append(" OVER (");
        if (!window.partitionKeys.isEmpty()) {
            text.append(window.partitionKeys.stream()
                    .map(expressions::text)
                    .collect(Collectors.joining(", ", "PARTITION BY ", " ")));
        }
        if (!window.orderKeys.isEmpty()) {
            text.append(window.orderKeys.stream().map(this::order).collect(Collectors.joining(", ", "ORDER BY ", " ")));
        }
        if (!RANKS.contains(over.getAggOperator().getKind())) {
            text.append(frame(window));
        }
        text.append(")");
        // DuckDB has no sum that is 0 of nothing
        String value = over.getAggOperator().getKind() == SqlKind.SUM0 ? "coalesce(" + text + ", 0)" : text.toString();
        return Literals.cast(value, over.getType());
    }

    private String function(RexOver over) {
        List<RexNode> operands = over.getOperands();
        return switch (over.getAggOperator().getKind()) {
            case ROW_NUMBER -> "row_number()";
            case RANK -> "rank()";
            case DENSE_RANK -> "dense_rank()";
            case COUNT -> operands.isEmpty() ? "count(*)" : "count(" + one(operands) + ")";
            case SUM, SUM0 -> sum(over);
            case MIN, MAX, FIRST_VALUE, LAST_VALUE -> {
                if (!DuckTypes.isOrdered(operands.get(0).getType())) {
                    throw new Inexpressible("the order of " + operands.get(0).getType());
                }
                yield over.getAggOperator().getName() + "(" + one(operands) + ")";
            }
            default -> throw new Inexpressible("the window function " + over.getAggOperator());
        };
    }

    private String sum(RexOver over) {
        RexNode operand = over.getOperands().get(0);
        String added = expressions.text(operand);
        return DuckTypes.isFloating(operand.getType()) ? "sum(CAST(" + added + " AS DOUBLE))" : "sum(" + added + ")";
    }

    private String one(List<RexNode> operands) {
        if (operands.size() != 1) {
            throw new Inexpressible("a window function of several values");
        }
        return expressions.text(operands.get(0));
    }

    private String order(RexFieldCollation key) {
        if (!DuckTypes.isOrdered(key.left.getType())) {
            throw new Inexpressible("the order of " + key.left.getType());
        }
        boolean descending = key.getDirection() == RelFieldCollation.Direction.DESCENDING;
        boolean first = key.getNullDirection() == RelFieldCollation.NullDirection.FIRST
                || (key.getNullDirection() == RelFieldCollation.NullDirection.UNSPECIFIED && descending);
        return expressions.text(key.left) + (descending ? " DESC" : " ASC") + (first ? " NULLS FIRST" : " NULLS LAST");
    }

    private static String frame(RexWindow window) {
        return (window.isRows() ? "ROWS" : "RANGE") + " BETWEEN " + bound(window.getLowerBound(), window.isRows())
                + " AND " + bound(window.getUpperBound(), window.isRows());
    }

    private static String bound(RexWindowBound bound, boolean rows) {
        if (bound.isCurrentRow()) {
            return "CURRENT ROW";
        }
        String side = bound.isPreceding() ? " PRECEDING" : " FOLLOWING";
        if (bound.isUnbounded()) {
            return "UNBOUNDED" + side;
        }
        if (!rows || !(bound.getOffset() instanceof RexLiteral offset)) {
            throw new Inexpressible("a window's offset");
        }
        return RexLiteral.intValue(offset) + side;
    }
}
