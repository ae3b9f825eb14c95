package dev.floe.sql.plan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUnknownAs;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.Sarg;
import org.jspecify.annotations.Nullable;

/**
 * Looks a value up among many, where generated code would compare it with each.
 *
 * <p>The values of a long IN list become a parameter that the user doesn't see, after those of the statement: code that
 * names each would take minutes to make, or have no room in a method. Chains of thousands of conditions that are no
 * such list are refused, since planning them would take all memory.
 */
final class LongLists extends RelHomogeneousShuttle {
    private static final int SHORT_MAX = 100;
    private static final int CONDITIONS_MAX = 2_000;

    private final RexBuilder builder;
    private final int first;
    private final Map<String, Object> variables;
    private final Lists lists = new Lists();

    /** {@code first} is the number of the first parameter that there isn't; {@code variables} are told the lists. */
    LongLists(RexBuilder builder, int first, Map<String, Object> variables) {
        this.builder = builder;
        this.first = first;
        this.variables = variables;
    }

    @Override
    public RelNode visit(RelNode node) {
        return super.visit(node).accept(lists);
    }

    private final class Lists extends RexShuttle {
        @Override
        public RexNode visitCall(RexCall call) {
            if (call.getKind() != SqlKind.SEARCH) {
                requireFew(call.getOperands().size());
                return super.visitCall(call);
            }
            RexNode value = call.getOperands().get(0);
            Sarg<?> sarg =
                    Objects.requireNonNull(((RexLiteral) call.getOperands().get(1)).getValueAs(Sarg.class));
            // all values but some have no points, their negation has
            Sarg<?> listed = sarg.isComplementedPoints() ? sarg.negate() : sarg;
            List<Object> values =
                    listed.isPoints() && listed.pointCount > SHORT_MAX ? values(listed, value.getType()) : List.of();
            if (values == null || values.isEmpty()) {
                requireFew(sarg.rangeSet.asRanges().size());
                return call;
            }
            return nulls(sarg.nullAs, value, sarg.isPoints() ? among(value, values) : not(among(value, values)));
        }
    }

    private static void requireFew(int conditions) {
        if (conditions > CONDITIONS_MAX) {
            throw new FloeException(
                            ErrorCode.QUERY_TOO_COMPLEX,
                            "a chain of " + conditions + " conditions, more than " + CONDITIONS_MAX)
                    .advise("join with a table of the values");
        }
    }

    private RexNode not(RexNode condition) {
        return builder.makeCall(SqlStdOperatorTable.NOT, condition);
    }

    private RexNode nulls(RexUnknownAs nullAs, RexNode value, RexNode condition) {
        return switch (nullAs) {
            case UNKNOWN -> condition;
            case TRUE ->
                builder.makeCall(
                        SqlStdOperatorTable.OR, builder.makeCall(SqlStdOperatorTable.IS_NULL, value), condition);
            case FALSE ->
                builder.makeCall(
                        SqlStdOperatorTable.AND, builder.makeCall(SqlStdOperatorTable.IS_NOT_NULL, value), condition);
        };
    }

    private RexNode among(RexNode value, List<Object> values) {
        RelDataTypeFactory types = builder.getTypeFactory();
        RelDataType list = types.createArrayType(types.createTypeWithNullability(value.getType(), false), -1);
        int number = first + variables.size();
        variables.put("?" + number, new Known(values));
        RelDataType truth = builder.getTypeFactory()
                .createTypeWithNullability(
                        types.createSqlType(SqlTypeName.BOOLEAN),
                        value.getType().isNullable());
        return builder.makeCall(truth, ExactOperators.IS_AMONG, List.of(value, new RexDynamicParam(list, number)));
    }

    /** The points in the types of generated code, or null where such values don't say whether they are equal. */
    private static @Nullable List<Object> values(Sarg<?> sarg, RelDataType type) {
        List<Object> values = new ArrayList<>();
        for (var range : sarg.rangeSet.asRanges()) {
            Object value = value(range.lowerEndpoint(), type);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    private static @Nullable Object value(Object point, RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case INTEGER -> point instanceof BigDecimal number ? (Object) number.intValueExact() : null;
            case BIGINT -> point instanceof BigDecimal number ? (Object) number.longValueExact() : null;
            case VARCHAR -> point instanceof NlsString text ? text.getValue() : null;
            case DATE -> point instanceof DateString date ? (Object) date.getDaysSinceEpoch() : null;
            case UUID -> point instanceof UUID uuid ? uuid : null;
            default -> null; // a decimal's equals tells scales apart, a CHAR has blanks
        };
    }

    /** A list that finds in constant time. */
    private static final class Known extends AbstractList<Object> {
        private final List<Object> values;
        private final Set<Object> known;

        Known(List<Object> values) {
            this.values = List.copyOf(values);
            this.known = new HashSet<>(values);
        }

        @Override
        public Object get(int index) {
            return values.get(index);
        }

        @Override
        public int size() {
            return values.size();
        }

        @Override
        public boolean contains(@Nullable Object value) {
            return known.contains(value);
        }
    }
}
