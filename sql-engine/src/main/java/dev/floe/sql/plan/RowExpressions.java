package dev.floe.sql.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/**
 * Makes expressions that are computed as they are, for plans whose few rows are not worth generated code.
 *
 * <p>Columns, literals, parameters, comparison, logic and casts that change nothing: what these mean here is what they
 * mean in generated code. For all else the answer is null, and code is generated.
 */
final class RowExpressions {
    private static final Comparator<Object> WHOLE =
            (a, b) -> Long.compare(((Number) a).longValue(), ((Number) b).longValue());
    private static final Comparator<Object> DECIMAL = (a, b) -> decimal(a).compareTo(decimal(b));
    private static final Comparator<Object> TEXT = (a, b) -> a.toString().compareTo(b.toString());

    private final RexBuilder builder;

    RowExpressions(RexBuilder builder) {
        this.builder = builder;
    }

    /** All of them, or null where one has no such form. */
    @Nullable
    List<RowExpression> all(List<RexNode> nodes) {
        List<RowExpression> made = new ArrayList<>();
        for (RexNode node : nodes) {
            RowExpression one = of(node);
            if (one == null) {
                return null;
            }
            made.add(one);
        }
        return made;
    }

    /** Null where there is no such form. */
    @Nullable
    RowExpression of(RexNode node) {
        if (node instanceof RexInputRef ref) {
            int index = ref.getIndex();
            return (row, parameters) -> row[index];
        }
        if (node instanceof RexDynamicParam param) {
            int index = param.getIndex();
            return (row, parameters) -> parameters.get(index);
        }
        if (node instanceof RexLiteral literal) {
            return literal(literal);
        }
        return node instanceof RexCall call ? call(call) : null;
    }

    private @Nullable RowExpression call(RexCall call) {
        if (call.getKind() == SqlKind.SEARCH) {
            return of(RexUtil.expandSearch(builder, null, call));
        }
        List<RowExpression> operands = all(call.getOperands());
        if (operands == null || operands.isEmpty()) {
            return null;
        }
        RowExpression first = operands.get(0);
        return switch (call.getKind()) {
            case AND -> (row, parameters) -> every(operands, row, parameters, false);
            case OR -> (row, parameters) -> every(operands, row, parameters, true);
            case NOT -> (row, parameters) -> first.value(row, parameters) instanceof Boolean is ? !is : null;
            case IS_NULL -> (row, parameters) -> first.value(row, parameters) == null;
            case IS_NOT_NULL -> (row, parameters) -> first.value(row, parameters) != null;
            case IS_TRUE -> (row, parameters) -> Boolean.TRUE.equals(first.value(row, parameters));
            case IS_NOT_TRUE -> (row, parameters) -> !Boolean.TRUE.equals(first.value(row, parameters));
            case IS_FALSE -> (row, parameters) -> Boolean.FALSE.equals(first.value(row, parameters));
            case IS_NOT_FALSE -> (row, parameters) -> !Boolean.FALSE.equals(first.value(row, parameters));
            case EQUALS -> comparison(call, operands, sign -> sign == 0);
            case NOT_EQUALS -> comparison(call, operands, sign -> sign != 0);
            case LESS_THAN -> comparison(call, operands, sign -> sign < 0);
            case LESS_THAN_OR_EQUAL -> comparison(call, operands, sign -> sign <= 0);
            case GREATER_THAN -> comparison(call, operands, sign -> sign > 0);
            case GREATER_THAN_OR_EQUAL -> comparison(call, operands, sign -> sign >= 0);
            case CAST -> isSame(call.getType(), call.getOperands().get(0).getType()) ? first : null;
            default -> null; // over Calcite's enum of hundreds of kinds
        };
    }

    /** AND, or OR with {@code decisive} true: the decisive value decides, else a null makes it null. */
    private static @Nullable Object every(
            List<RowExpression> operands, @Nullable Object[] row, List<@Nullable Object> parameters, boolean decisive) {
        boolean unknown = false;
        for (RowExpression operand : operands) {
            Object value = operand.value(row, parameters);
            if (value == null) {
                unknown = true;
            } else if (value.equals(decisive)) {
                return decisive;
            }
        }
        return unknown ? null : (Boolean) !decisive;
    }

    private static @Nullable RowExpression comparison(RexCall call, List<RowExpression> operands, IntPredicate holds) {
        Comparator<Object> order = order(
                call.getOperands().get(0).getType().getSqlTypeName(),
                call.getOperands().get(1).getType().getSqlTypeName());
        if (order == null) {
            return null;
        }
        return (row, parameters) -> {
            Object left = operands.get(0).value(row, parameters);
            Object right = operands.get(1).value(row, parameters);
            boolean unknown = left == null || right == null;
            return unknown ? null : (Boolean) holds.test(order.compare(left, right));
        };
    }

    /** How two types compare; null for those whose order generated code has rules of its own for. */
    private static @Nullable Comparator<Object> order(SqlTypeName left, SqlTypeName right) {
        if (isWhole(left) && isWhole(right)) {
            return WHOLE;
        }
        if (isExact(left) && isExact(right)) {
            return DECIMAL;
        }
        if (left == SqlTypeName.DATE && right == SqlTypeName.DATE) {
            return WHOLE;
        }
        boolean text = left == SqlTypeName.VARCHAR && SqlTypeName.CHAR_TYPES.contains(right);
        return text ? TEXT : null;
    }

    private static boolean isWhole(SqlTypeName type) {
        return SqlTypeName.INT_TYPES.contains(type);
    }

    private static boolean isExact(SqlTypeName type) {
        return isWhole(type) || type == SqlTypeName.DECIMAL;
    }

    private static boolean isSame(RelDataType to, RelDataType from) {
        return to.getSqlTypeName() == from.getSqlTypeName()
                && to.getPrecision() == from.getPrecision()
                && to.getScale() == from.getScale()
                && !to.isStruct()
                && to.getComponentType() == null
                && to.getKeyType() == null;
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(((Number) value).longValue());
    }

    private static @Nullable RowExpression literal(RexLiteral literal) {
        if (literal.isNull()) {
            return (row, parameters) -> null;
        }
        Object value = switch (literal.getType().getSqlTypeName()) {
            case BOOLEAN -> literal.getValueAs(Boolean.class);
            case TINYINT, SMALLINT, INTEGER, DATE -> literal.getValueAs(Integer.class);
            case BIGINT -> literal.getValueAs(Long.class);
            case DECIMAL -> literal.getValueAs(BigDecimal.class);
            case UUID -> literal.getValueAs(UUID.class);
            case BINARY, VARBINARY -> literal.getValueAs(ByteString.class);
            case CHAR, VARCHAR -> {
                NlsString text = literal.getValueAs(NlsString.class);
                yield text == null ? null : text.getValue();
            }
            default -> null;
        };
        return value == null ? null : (row, parameters) -> value;
    }
}
