package dev.floe.sql.plan;

import com.google.common.collect.ImmutableList;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.QueryEngine;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowBounds;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Puts what no engine computes in terms of what both do.
 *
 * <p>PERCENT_RANK and CUME_DIST are quotients of counts, names of the tenant are literals, and {@link OffsetFunctions}
 * become Calcite's own again.
 */
final class StandardForms extends RelHomogeneousShuttle {
    /** Operands of LEAD and LAG that have a default. */
    private static final int DEFAULTED = 3;

    private static final Set<String> USERS =
            Set.of("CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER", "CURRENT_ROLE", "CURRENT_PATH");

    private final RexShuttle expressions;

    StandardForms(RexBuilder builder, String tenant) {
        this.expressions =
                new Expressions(builder, Map.of("CURRENT_SCHEMA", tenant, "CURRENT_CATALOG", QueryEngine.CATALOG));
    }

    @Override
    public RelNode visit(RelNode node) {
        return super.visit(node).accept(expressions);
    }

    private final class Expressions extends RexShuttle {
        private final RexBuilder builder;
        private final Map<String, String> names;

        Expressions(RexBuilder builder, Map<String, String> names) {
            this.builder = builder;
            this.names = names;
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
            RexSubQuery inside = (RexSubQuery) super.visitSubQuery(query);
            return inside.clone(inside.rel.accept(StandardForms.this));
        }

        @Override
        public RexNode visitCall(RexCall call) {
            if (!call.getOperands().isEmpty()) {
                RexNode same = super.visitCall(call);
                RexNode list = same instanceof RexCall of ? LiteralLists.of(builder, of) : same;
                return list instanceof RexCall of ? uuid(of) : list;
            }
            String function = call.getOperator().getName();
            if (USERS.contains(function)) {
                throw new FloeException(ErrorCode.UNSUPPORTED, function + " isn't there: a key is no user's")
                        .advise("a column of that name goes in double quotes");
            }
            String name = names.get(function);
            return name == null
                    ? super.visitCall(call)
                    : builder.makeAbstractCast(call.getType(), builder.makeLiteral(name), false);
        }

        /** A text that is cast to a UUID is one right away, so that a key can be looked up by it. */
        private RexNode uuid(RexCall call) {
            boolean cast = call.getKind() == SqlKind.CAST && call.getType().getSqlTypeName() == SqlTypeName.UUID;
            if (!cast
                    || !(call.getOperands().get(0) instanceof RexLiteral text)
                    || text.isNull()
                    || !SqlTypeUtil.inCharFamily(text.getType())) {
                return call;
            }
            try {
                return builder.makeUuidLiteral(UUID.fromString(RexLiteral.stringValue(text)));
            } catch (IllegalArgumentException e) {
                return call; // fails with the row that it is compared with, where there is one
            }
        }

        @Override
        public RexNode visitOver(RexOver call) {
            RexOver over = (RexOver) super.visitOver(call);
            return switch (over.getAggOperator().getKind()) {
                case PERCENT_RANK -> {
                    RexNode rows = minusOne(count(over, RexWindowBounds.UNBOUNDED_FOLLOWING, false));
                    RexNode before = minusOne(over(over, SqlStdOperatorTable.RANK, RexWindowBounds.CURRENT_ROW, true));
                    RexNode zero = builder.makeExactLiteral(BigDecimal.ZERO, bigint());
                    RexNode alone = builder.makeCall(SqlStdOperatorTable.EQUALS, rows, zero);
                    yield builder.makeCall(
                            over.getType(),
                            SqlStdOperatorTable.CASE,
                            List.of(
                                    alone,
                                    builder.makeAbstractCast(over.getType(), zero, false),
                                    quotient(over.getType(), before, rows)));
                }
                case CUME_DIST ->
                    quotient(
                            over.getType(),
                            count(over, RexWindowBounds.CURRENT_ROW, true),
                            count(over, RexWindowBounds.UNBOUNDED_FOLLOWING, false));
                case LEAD, LAG -> standard(over);
                default -> over; // over Calcite's enum of hundreds of kinds
            };
        }

        private RexNode standard(RexOver over) {
            if (!(over.getAggOperator() instanceof OffsetFunctions)) {
                return over;
            }
            RexWindow window = over.getWindow();
            List<RexNode> operands = new ArrayList<>(over.getOperands());
            if (operands.size() == DEFAULTED) {
                RelDataType type = builder.getTypeFactory()
                        .createTypeWithNullability(
                                over.getType(), operands.get(2).getType().isNullable());
                operands.set(2, builder.makeCast(type, operands.get(2), true, false));
            }
            return builder.makeOver(
                    over.getType(),
                    over.getAggOperator().getKind() == SqlKind.LEAD
                            ? SqlStdOperatorTable.LEAD
                            : SqlStdOperatorTable.LAG,
                    operands,
                    window.partitionKeys,
                    window.orderKeys,
                    window.getLowerBound(),
                    window.getUpperBound(),
                    window.isRows(),
                    true,
                    false,
                    over.isDistinct(),
                    over.ignoreNulls());
        }

        private RexNode count(RexOver over, RexWindowBound upper, boolean ordered) {
            return over(over, SqlStdOperatorTable.COUNT, upper, ordered);
        }

        private RexNode over(RexOver over, SqlAggFunction function, RexWindowBound upper, boolean ordered) {
            RexWindow window = over.getWindow();
            ImmutableList<RexFieldCollation> order = ordered ? window.orderKeys : ImmutableList.of();
            return builder.makeOver(
                    bigint(),
                    function,
                    List.of(),
                    window.partitionKeys,
                    order,
                    RexWindowBounds.UNBOUNDED_PRECEDING,
                    upper,
                    function.getKind() == SqlKind.RANK && window.isRows(),
                    true,
                    false,
                    false,
                    false);
        }

        private RexNode minusOne(RexNode count) {
            return builder.makeCall(
                    SqlStdOperatorTable.MINUS, count, builder.makeExactLiteral(BigDecimal.ONE, bigint()));
        }

        private RexNode quotient(RelDataType type, RexNode part, RexNode whole) {
            return builder.makeCall(
                    type,
                    SqlStdOperatorTable.DIVIDE,
                    List.of(builder.makeAbstractCast(type, part, false), builder.makeAbstractCast(type, whole, false)));
        }

        private RelDataType bigint() {
            return builder.getTypeFactory().createSqlType(SqlTypeName.BIGINT);
        }
    }
}
