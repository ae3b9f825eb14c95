package dev.floe.sql.translate;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexUnknownAs;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.Sarg;

/**
 * Expressions as DuckDB's SQL.
 *
 * <p>Only what means the same in both is translated: whole numbers overflow with an error, comparisons with NaN are
 * false, divisions by zero fail for whole numbers and are infinite for floating ones. The rest is {@link
 * Inexpressible}.
 */
final class Expressions {
    private static final int FLAT_MAX = 64;
    /** Comparisons in a chain; one of thousands overflows DuckDB's stack, which ends the process. */
    private static final int CHAIN_MAX = 1_000;

    private static final long DAY_MILLIS = 86_400_000;
    private static final Set<TimeUnitRange> EXTRACTED = Set.of(
            TimeUnitRange.YEAR,
            TimeUnitRange.QUARTER,
            TimeUnitRange.MONTH,
            TimeUnitRange.DAY,
            TimeUnitRange.HOUR,
            TimeUnitRange.MINUTE,
            TimeUnitRange.SECOND);

    private final RexBuilder builder;
    private final IntFunction<String> columns;
    private final BoundValues values;

    /** {@code columns} names the input's columns. */
    Expressions(RexBuilder builder, IntFunction<String> columns, BoundValues values) {
        this.builder = builder;
        this.columns = columns;
        this.values = values;
    }

    String text(RexNode node) {
        if (node instanceof RexInputRef ref) {
            return columns.apply(ref.getIndex());
        }
        if (node instanceof RexLiteral literal) {
            return Literals.of(literal);
        }
        if (node instanceof RexDynamicParam param) {
            List<?> bound = values.parameters();
            return param.getIndex() < bound.size()
                    ? Literals.of(values.parameters().get(param.getIndex()), param.getType())
                    : Literals.cast("NULL", param.getType());
        }
        if (node instanceof RexOver over) {
            return new Windows(this).text(over);
        }
        if (node instanceof RexCall call) {
            return call(call);
        }
        throw new Inexpressible(node.getClass().getSimpleName());
    }

    /** The expression, cast where its type is another than the wanted. */
    String text(RexNode node, RelDataType type) {
        boolean same = node.getType().getSqlTypeName() == type.getSqlTypeName()
                && node.getType().getPrecision() == type.getPrecision()
                && node.getType().getScale() == type.getScale();
        return same ? text(node) : Casts.cast(text(node), node.getType(), type);
    }

    private String call(RexCall call) {
        return switch (call.getKind()) {
            case AND -> joined(call.getOperands(), " AND ");
            case OR -> joined(call.getOperands(), " OR ");
            case NOT -> {
                if (call.getOperands().get(0) instanceof RexCall in && in.getKind() == SqlKind.SEARCH) {
                    chained(sarg(in).pointCount);
                }
                yield "(NOT " + operand(call, 0) + ")";
            }
            case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                comparison(call);
            case IS_NULL -> "(" + operand(call, 0) + " IS NULL)";
            case IS_NOT_NULL -> "(" + operand(call, 0) + " IS NOT NULL)";
            case IS_TRUE -> "(" + operand(call, 0) + " IS TRUE)";
            case IS_NOT_TRUE -> "(" + operand(call, 0) + " IS NOT TRUE)";
            case IS_FALSE -> "(" + operand(call, 0) + " IS FALSE)";
            case IS_NOT_FALSE -> "(" + operand(call, 0) + " IS NOT FALSE)";
            case IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM -> distinct(call);
            case SEARCH -> search(call);
            case CASE -> choice(call);
            case COALESCE ->
                call.getOperands().stream()
                        .map(o -> text(o, call.getType()))
                        .collect(Collectors.joining(", ", "coalesce(", ")"));
            case CAST -> {
                RexNode operand = call.getOperands().get(0);
                yield Casts.cast(text(operand), operand.getType(), call.getType());
            }
            case LIKE -> like(call);
            case EXTRACT -> extract(call);
            case FLOOR, CEIL -> rounded(call);
            default -> arithmetic(call);
        };
    }

    private String operand(RexCall call, int index) {
        return text(call.getOperands().get(index));
    }

    /** In brackets of a bounded width, so that long chains nest little. */
    private String joined(List<RexNode> operands, String word) {
        chained(operands.size());
        if (operands.size() > FLAT_MAX) {
            int half = operands.size() / 2;
            return "(" + joined(operands.subList(0, half), word) + word
                    + joined(operands.subList(half, operands.size()), word) + ")";
        }
        return operands.stream().map(this::text).collect(Collectors.joining(word, "(", ")"));
    }

    /** DuckDB holds NaN for equal to itself and greater than all; here every comparison with it is false. */
    private String comparison(RexCall call) {
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        boolean equality = call.getKind() == SqlKind.EQUALS || call.getKind() == SqlKind.NOT_EQUALS;
        if (!DuckTypes.compare(left.getType(), right.getType())
                || (!equality && !DuckTypes.isOrdered(left.getType()))) {
            throw new Inexpressible("a comparison of " + left.getType() + " and " + right.getType());
        }
        String plain = "(" + text(left) + " " + call.getKind().sql + " " + text(right) + ")";
        if (!DuckTypes.isFloating(left.getType()) && !DuckTypes.isFloating(right.getType())) {
            return plain;
        }
        return switch (call.getKind()) {
            case LESS_THAN, LESS_THAN_OR_EQUAL -> isNumber(right) ? plain : number(plain, right);
            case GREATER_THAN, GREATER_THAN_OR_EQUAL -> isNumber(left) ? plain : number(plain, left);
            case EQUALS -> isNumber(left) || isNumber(right) ? plain : number(plain, left);
            default -> {
                if (isNumber(left) || isNumber(right)) {
                    yield plain;
                }
                yield "(" + plain + " OR isnan(CAST(" + text(left) + " AS DOUBLE)))";
            }
        };
    }

    /** True for a literal that is no NaN. */
    private static boolean isNumber(RexNode node) {
        return node instanceof RexLiteral literal
                && !(DuckTypes.isFloating(literal.getType())
                        && !literal.isNull()
                        && Double.isNaN(Objects.requireNonNull(literal.getValueAs(Double.class))));
    }

    private String number(String condition, RexNode side) {
        return DuckTypes.isFloating(side.getType())
                ? "(" + condition + " AND NOT isnan(" + text(side) + "))"
                : condition;
    }

    private String distinct(RexCall call) {
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        if (!DuckTypes.compare(left.getType(), right.getType())
                || DuckTypes.isFloating(left.getType())
                || DuckTypes.isFloating(right.getType())) {
            throw new Inexpressible("distinctness of " + left.getType());
        }
        String word = call.getKind() == SqlKind.IS_DISTINCT_FROM ? " IS DISTINCT FROM " : " IS NOT DISTINCT FROM ";
        return "(" + text(left) + word + text(right) + ")";
    }

    private String search(RexCall call) {
        RexNode operand = call.getOperands().get(0);
        Sarg<?> sarg = sarg(call);
        boolean floating = DuckTypes.isFloating(operand.getType());
        // all values but some have no points, their negation has
        Sarg<?> listed = sarg.isComplementedPoints() ? sarg.negate() : sarg;
        if (!floating && listed.isPoints() && listed.pointCount > 1) {
            // a chain of thousands of comparisons would be too much for DuckDB's stack
            String word = sarg.isPoints() ? " IN (" : " NOT IN (";
            String list = listed.rangeSet.asRanges().stream()
                    .map(range -> text(builder.makeLiteral(range.lowerEndpoint(), operand.getType(), true)))
                    .collect(Collectors.joining(", ", "(" + text(operand) + word, "))"));
            return sarg.nullAs == RexUnknownAs.UNKNOWN
                    ? list
                    : "coalesce(" + list + ", " + (sarg.nullAs == RexUnknownAs.TRUE) + ")";
        }
        chained(sarg.pointCount);
        return text(RexUtil.expandSearch(builder, null, call));
    }

    private static Sarg<?> sarg(RexCall search) {
        return Objects.requireNonNull(((RexLiteral) search.getOperands().get(1)).getValueAs(Sarg.class));
    }

    private static void chained(int conditions) {
        if (conditions > CHAIN_MAX) {
            throw new Inexpressible("a chain of " + conditions + " conditions");
        }
    }

    private String choice(RexCall call) {
        StringBuilder text = new StringBuilder("(CASE");
        int last = call.getOperands().size() - 1;
        for (int i = 0; i < last; i += 2) {
            text.append(" WHEN ")
                    .append(operand(call, i))
                    .append(" THEN ")
                    .append(text(call.getOperands().get(i + 1), call.getType()));
        }
        return text.append(" ELSE ")
                .append(text(call.getOperands().get(last), call.getType()))
                .append(" END)")
                .toString();
    }

    private String like(RexCall call) {
        boolean escaped = call.getOperands().size() == 3;
        if (!call.getOperator().equals(SqlStdOperatorTable.LIKE)
                || !(call.getOperands().get(1) instanceof RexLiteral pattern)
                || pattern.isNull()
                || (!escaped && pattern.toString().contains("\\"))
                || (escaped && !(call.getOperands().get(2) instanceof RexLiteral))) {
            throw new Inexpressible("a pattern that is no literal");
        }
        return "(" + operand(call, 0) + " LIKE " + text(pattern) + (escaped ? " ESCAPE " + operand(call, 2) : "") + ")";
    }

    private String extract(RexCall call) {
        RexNode time = call.getOperands().get(1);
        boolean dated = DuckTypes.isTimestamp(time.getType()) || time.getType().getSqlTypeName() == SqlTypeName.DATE;
        if (!dated || !EXTRACTED.contains(unit(call.getOperands().get(0)))) {
            throw new Inexpressible("EXTRACT of " + call.getOperands().get(0));
        }
        String part = "date_part('" + unit(call.getOperands().get(0)) + "', " + text(time) + ")";
        return Literals.cast(part, call.getType());
    }

    private String rounded(RexCall call) {
        RexNode operand = call.getOperands().get(0);
        if (call.getOperands().size() == 1 && operand.getType().getSqlTypeName() == SqlTypeName.DOUBLE) {
            return (call.getKind() == SqlKind.FLOOR ? "floor(" : "ceil(") + text(operand) + ")";
        }
        boolean dated =
                DuckTypes.isTimestamp(operand.getType()) || operand.getType().getSqlTypeName() == SqlTypeName.DATE;
        if (call.getKind() == SqlKind.CEIL
                || call.getOperands().size() != 2
                || !dated
                || !EXTRACTED.contains(unit(call.getOperands().get(1)))) {
            throw new Inexpressible("the rounding " + call);
        }
        return Literals.cast(
                "date_trunc('" + unit(call.getOperands().get(1)) + "', " + text(operand) + ")", call.getType());
    }

    private static TimeUnitRange unit(RexNode flag) {
        if (flag instanceof RexLiteral literal && literal.getValue() instanceof TimeUnitRange unit) {
            return unit;
        }
        throw new Inexpressible("the unit " + flag);
    }

    private String arithmetic(RexCall call) {
        String name = call.getOperator().getName();
        if (call.getOperands().isEmpty()) {
            return now(call);
        }
        RexNode first = call.getOperands().get(0);
        boolean dated =
                DuckTypes.isTimestamp(first.getType()) || first.getType().getSqlTypeName() == SqlTypeName.DATE;
        if (dated && call.getOperands().size() == 2) {
            return shifted(call);
        }
        return switch (call.getKind()) {
            case PLUS, CHECKED_PLUS -> computed(call, "+");
            case MINUS, CHECKED_MINUS -> computed(call, "-");
            case TIMES, CHECKED_TIMES -> computed(call, "*");
            case DIVIDE, CHECKED_DIVIDE -> computed(call, "/");
            case MOD -> remainder(call);
            case MINUS_PREFIX, CHECKED_MINUS_PREFIX -> "(- " + text(first, call.getType()) + ")";
            default -> new TextFunctions(this).text(call, name);
        };
    }

    private String computed(RexCall call, String sign) {
        RelDataType type = call.getType();
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        if (!DuckTypes.isNumber(left.getType()) || !DuckTypes.isNumber(right.getType())) {
            throw new Inexpressible("arithmetic of " + left.getType() + " and " + right.getType());
        }
        boolean division = sign.equals("/") || sign.equals("%");
        if (DuckTypes.isWhole(type)) {
            String own = sign.equals("/") ? "//" : sign;
            return "(" + text(left, type) + " " + own + " " + text(right, type) + ")";
        }
        if (DuckTypes.isFloating(type) && !sign.equals("%")) {
            return "(" + text(left, type) + " " + sign + " " + text(right, type) + ")";
        }
        if (type.getSqlTypeName() == SqlTypeName.DECIMAL && !division && keepsScale(left, right, type, sign)) {
            return Literals.cast("(" + text(left) + " " + sign + " " + text(right) + ")", type);
        }
        throw new Inexpressible("the arithmetic " + call);
    }

    /** DuckDB's remainder of the least number and -1 overflows, where its type is not wider. */
    private String remainder(RexCall call) {
        RelDataType type = call.getType();
        RexNode by = call.getOperands().get(1);
        boolean other = by instanceof RexLiteral literal
                && !literal.isNull()
                && Objects.requireNonNull(literal.getValueAs(BigDecimal.class)).signum() > 0;
        RexNode number = call.getOperands().get(0);
        if (!DuckTypes.isWhole(type) || !DuckTypes.isWhole(number.getType()) || !DuckTypes.isWhole(by.getType())) {
            return computed(call, "%");
        }
        // the type is the divisor's, whatever is divided
        String whole = other ? text(number) : "CAST(" + text(number) + " AS HUGEINT)";
        return Literals.cast("(" + whole + " % " + text(by) + ")", type);
    }

    private static boolean keepsScale(RexNode left, RexNode right, RelDataType type, String sign) {
        int a = Math.max(0, left.getType().getScale());
        int b = Math.max(0, right.getType().getScale());
        boolean exact = !DuckTypes.isFloating(left.getType()) && !DuckTypes.isFloating(right.getType());
        return exact && type.getScale() == (sign.equals("*") ? a + b : Math.max(a, b));
    }

    /** A date or timestamp and an interval that is a literal. */
    private String shifted(RexCall call) {
        boolean minus = call.getOperator().equals(SqlStdOperatorTable.MINUS_DATE) || call.getKind() == SqlKind.MINUS;
        if ((!minus && call.getKind() != SqlKind.PLUS && !call.getOperator().equals(SqlStdOperatorTable.DATETIME_PLUS))
                || !(call.getOperands().get(1) instanceof RexLiteral interval)
                || interval.isNull()
                || !SqlTypeName.INTERVAL_TYPES.contains(interval.getType().getSqlTypeName())) {
            throw new Inexpressible("the arithmetic " + call);
        }
        long amount =
                Objects.requireNonNull(interval.getValueAs(BigDecimal.class)).longValueExact();
        boolean months =
                SqlTypeName.YEAR_INTERVAL_TYPES.contains(interval.getType().getSqlTypeName());
        if (!months
                && amount % DAY_MILLIS != 0
                && call.getOperands().get(0).getType().getSqlTypeName() == SqlTypeName.DATE) {
            throw new Inexpressible("parts of a day, and a date");
        }
        String shift = months ? "to_months(" + amount + ")" : "to_milliseconds(" + amount + ")";
        return Literals.cast("(" + operand(call, 0) + (minus ? " - " : " + ") + shift + ")", call.getType());
    }

    private String now(RexCall call) {
        boolean clock = call.getOperator().equals(SqlStdOperatorTable.LOCALTIMESTAMP)
                || call.getOperator().equals(SqlStdOperatorTable.CURRENT_TIMESTAMP);
        if (!clock || !DuckTypes.isTimestamp(call.getType())) {
            throw new Inexpressible(call.getOperator().getName());
        }
        return Literals.timestamp(values.now().toEpochMilli() * 1_000, call.getType());
    }
}
