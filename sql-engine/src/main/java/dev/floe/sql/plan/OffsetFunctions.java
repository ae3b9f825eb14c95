package dev.floe.sql.plan;

import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.fun.SqlLeadLagAggFunction;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * LEAD and LAG whose type holds NULL where the column does.
 *
 * <p>Calcite's own, with a default, say that they are never NULL: the default is for rows that aren't there, though,
 * not for NULLs in rows that are.
 */
final class OffsetFunctions extends SqlLeadLagAggFunction {
    private static final Map<SqlOperator, SqlOperator> INSTEAD = Map.of(
            SqlStdOperatorTable.LEAD, new OffsetFunctions(SqlKind.LEAD),
            SqlStdOperatorTable.LAG, new OffsetFunctions(SqlKind.LAG));

    private OffsetFunctions(SqlKind kind) {
        super(kind);
    }

    /** Puts these in the places of Calcite's. */
    static void replaceIn(List<SqlOperator> operators) {
        operators.replaceAll(operator -> INSTEAD.getOrDefault(operator, operator));
    }

    @Override
    public RelDataType inferReturnType(SqlOperatorBinding call) {
        RelDataType type = super.inferReturnType(call);
        boolean nullable = type.isNullable() || call.getOperandType(0).isNullable();
        return call.getTypeFactory().createTypeWithNullability(type, nullable);
    }
}
