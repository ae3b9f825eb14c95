package dev.floe.sql.plan;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.Sarg;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Predicates of a scan as Iceberg expressions that hold at least where they hold, for pruning.
 *
 * <p>A conjunct that has no such expression is left out. Comparisons of float columns are: their literals would be
 * rounded.
 */
final class Predicates {
    private final FloeScan scan;
    private final List<@Nullable Object> parameters;

    /** {@code parameters} are in the types of generated code, times in microseconds. */
    Predicates(FloeScan scan, List<@Nullable Object> parameters) {
        this.scan = scan;
        this.parameters = parameters;
    }

    Expression pruning() {
        Expression all = Expressions.alwaysTrue();
        for (RexNode predicate : scan.predicates()) {
            Optional<Expression> expression = expression(predicate);
            if (expression.isPresent()) {
                all = Expressions.and(all, expression.get());
            }
        }
        return all;
    }

    /** The only value that a column can have, in the type of Iceberg's generic records' internals; empty for many. */
    Optional<Object> onlyValue(int fieldId) {
        for (RexNode predicate : scan.predicates()) {
            if (predicate.getKind() == SqlKind.EQUALS) {
                RexCall call = (RexCall) predicate;
                for (int side = 0; side < 2; side++) {
                    Types.NestedField field = column(call.getOperands().get(side));
                    Object value =
                            field == null ? null : value(call.getOperands().get(1 - side), field.type());
                    if (field != null && value != null && field.fieldId() == fieldId) {
                        return Optional.of(value);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Expression> expression(RexNode node) {
        return switch (node.getKind()) {
            case AND -> {
                Expression all = Expressions.alwaysTrue();
                for (RexNode operand : ((RexCall) node).getOperands()) {
                    Optional<Expression> part = expression(operand);
                    all = part.isPresent() ? Expressions.and(all, part.get()) : all;
                }
                yield Optional.of(all);
            }
            case OR -> {
                List<Expression> parts = new ArrayList<>();
                for (RexNode operand : ((RexCall) node).getOperands()) {
                    Optional<Expression> part = expression(operand);
                    if (part.isEmpty()) {
                        yield Optional.empty();
                    }
                    parts.add(part.get());
                }
                yield Optional.of(any(parts));
            }
            case SEARCH -> search((RexCall) node);
            case IS_NULL, IS_NOT_NULL -> {
                Types.NestedField field = column(((RexCall) node).getOperands().get(0));
                yield field == null
                        ? Optional.empty()
                        : Optional.of(
                                node.getKind() == SqlKind.IS_NULL
                                        ? Expressions.isNull(field.name())
                                        : Expressions.notNull(field.name()));
            }
            case EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                comparison((RexCall) node);
            default -> Optional.empty();
        };
    }

    /** Nested as little as can be: what reads the expression goes down into it. */
    private static Expression any(List<Expression> parts) {
        if (parts.size() < 2) {
            return parts.isEmpty() ? Expressions.alwaysFalse() : parts.get(0);
        }
        int half = parts.size() / 2;
        return Expressions.or(any(parts.subList(0, half)), any(parts.subList(half, parts.size())));
    }

    private Optional<Expression> search(RexCall call) {
        Sarg<?> sarg = ((RexLiteral) call.getOperands().get(1)).getValueAs(Sarg.class);
        boolean most = sarg == null || sarg.isComplementedPoints();
        // all values but some prune nothing
        return most
                ? Optional.empty()
                : expression(RexUtil.expandSearch(scan.getCluster().getRexBuilder(), null, call));
    }

    private Optional<Expression> comparison(RexCall call) {
        SqlKind kind = call.getKind();
        Types.NestedField field = column(call.getOperands().get(0));
        RexNode other = call.getOperands().get(1);
        if (field == null) {
            field = column(call.getOperands().get(1));
            other = call.getOperands().get(0);
            kind = kind.reverse();
        }
        Object value = field == null ? null : value(other, field.type());
        // a file's bounds order UUIDs without a sign, Iceberg compares them with one: it would leave out rows
        if (field == null || value == null || field.type().typeId() == Type.TypeID.UUID) {
            return Optional.empty();
        }
        return Optional.of(
                switch (kind) {
                    case EQUALS -> Expressions.equal(field.name(), value);
                    case LESS_THAN -> Expressions.lessThan(field.name(), value);
                    case LESS_THAN_OR_EQUAL -> Expressions.lessThanOrEqual(field.name(), value);
                    case GREATER_THAN -> Expressions.greaterThan(field.name(), value);
                    case GREATER_THAN_OR_EQUAL -> Expressions.greaterThanOrEqual(field.name(), value);
                    default -> Expressions.alwaysTrue();
                });
    }

    private Types.@Nullable NestedField column(RexNode node) {
        if (!(node instanceof RexInputRef ref)) {
            return null;
        }
        int fieldId = scan.fieldIds().get(ref.getIndex());
        return scan.definition().schema().findField(fieldId);
    }

    /** True for a literal that a column of that id can hold as it is. */
    boolean isExact(RexNode node, int fieldId) {
        return node instanceof RexLiteral
                && value(node, scan.definition().schema().findType(fieldId)) != null;
    }

    /** The value of a literal or parameter, in the type of Iceberg's internals; null without an exact one. */
    @Nullable
    Object value(RexNode node, Type type) {
        if (node instanceof RexLiteral literal) {
            return literal.isNull() ? null : fitting(plain(literal), type);
        }
        if (node instanceof RexDynamicParam param) {
            Object value = parameters.get(param.getIndex());
            return value == null ? null : fitting(value, type);
        }
        return null;
    }

    private static @Nullable Object plain(RexLiteral literal) {
        return switch (literal.getType().getSqlTypeName()) {
            case BOOLEAN -> literal.getValueAs(Boolean.class);
            case CHAR, VARCHAR -> {
                NlsString text = literal.getValueAs(NlsString.class);
                yield text == null ? null : text.getValue();
            }
            case BINARY, VARBINARY -> literal.getValueAs(ByteString.class);
            case UUID -> literal.getValueAs(UUID.class);
            case TIME -> MicrosFunctions.parseTime(String.valueOf(literal.getValueAs(TimeString.class)));
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                MicrosFunctions.parseTimestamp(String.valueOf(literal.getValueAs(TimestampString.class)));
            case DATE -> literal.getValueAs(Integer.class);
            case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL -> literal.getValueAs(BigDecimal.class);
            case REAL, FLOAT, DOUBLE -> literal.getValueAs(Double.class);
            default -> null;
        };
    }

    /** The value as Iceberg wants it of the type, or null where it has no exact one. */
    private static @Nullable Object fitting(@Nullable Object value, Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> value instanceof Boolean ? value : null;
            case INTEGER, DATE -> {
                Long whole = integral(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
                yield whole == null ? null : (Object) whole.intValue();
            }
            case LONG, TIME, TIMESTAMP -> integral(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case DOUBLE ->
                value instanceof Number number && !Double.isNaN(number.doubleValue())
                        ? (Object) number.doubleValue()
                        : null;
            case DECIMAL -> decimal(value, ((Types.DecimalType) type).scale());
            case STRING -> value instanceof String ? value : null;
            case UUID -> value instanceof UUID ? value : null;
            case BINARY -> value instanceof ByteString bytes ? ByteBuffer.wrap(bytes.getBytes()) : null;
            default -> null;
        };
    }

    private static @Nullable Long integral(@Nullable Object value, long min, long max) {
        try {
            if (value instanceof BigDecimal decimal) {
                long whole = decimal.longValueExact();
                return whole < min || whole > max ? null : whole;
            }
        } catch (ArithmeticException e) {
            return null; // has a fraction, or is beyond every value: not worth a predicate
        }
        return value instanceof Integer || value instanceof Long ? (Long) ((Number) value).longValue() : null;
    }

    private static @Nullable BigDecimal decimal(@Nullable Object value, int scale) {
        try {
            if (value instanceof BigDecimal decimal) {
                return decimal.setScale(scale);
            }
        } catch (ArithmeticException e) {
            return null; // more digits than the column has
        }
        return value instanceof Integer || value instanceof Long
                ? BigDecimal.valueOf(((Number) value).longValue()).setScale(scale)
                : null;
    }
}
