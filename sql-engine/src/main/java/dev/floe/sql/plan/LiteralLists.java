package dev.floe.sql.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Makes a SEARCH of a long IN list of texts or UUIDs.
 *
 * <p>Calcite does so itself where literals have the column's very type; these are CHARs of many lengths, or were cast.
 */
final class LiteralLists {
    private static final int SHORT_MAX = 20;
    private static final Set<SqlTypeName> TYPES = Set.of(SqlTypeName.VARCHAR, SqlTypeName.UUID);

    private LiteralLists() {}

    /** The call itself where it is no such list. */
    static RexNode of(RexBuilder builder, RexCall call) {
        boolean or = call.getKind() == SqlKind.OR;
        List<RexNode> operands = call.getOperands();
        if ((!or && call.getKind() != SqlKind.AND) || operands.size() <= SHORT_MAX) {
            return call;
        }
        SqlKind each = or ? SqlKind.EQUALS : SqlKind.NOT_EQUALS;
        RexNode value = operands.get(0).getKind() == each
                ? ((RexCall) operands.get(0)).getOperands().get(0)
                : null;
        if (value == null || !TYPES.contains(value.getType().getSqlTypeName())) {
            return call;
        }
        RelDataType type = builder.getTypeFactory().createTypeWithNullability(value.getType(), false);
        List<RexNode> literals = new ArrayList<>();
        for (RexNode operand : operands) {
            boolean same = operand.getKind() == each
                    && ((RexCall) operand).getOperands().get(0).equals(value);
            RexNode literal =
                    same ? literal(builder, ((RexCall) operand).getOperands().get(1), type) : operand;
            if (!same || !(literal instanceof RexLiteral)) {
                return call;
            }
            literals.add(literal);
        }
        RexNode in = builder.makeIn(value, literals);
        return or ? in : builder.makeCall(SqlStdOperatorTable.NOT, in);
    }

    private static RexNode literal(RexBuilder builder, RexNode node, RelDataType type) {
        boolean text = node instanceof RexLiteral literal && !literal.isNull() && SqlTypeUtil.inCharFamily(type);
        return text ? builder.makeCast(type, node, true, false) : node;
    }
}
