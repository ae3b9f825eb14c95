package dev.floe.sql.plan;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** {@link ExactFunctions} in the places of Calcite's, or around what Calcite's are given. */
final class ExactOperators {
    static final SqlFunction IS_AMONG = operator("isAmong");

    private static final Map<SqlTypeName, SqlFunction> ABS = Map.of(
            SqlTypeName.TINYINT, operator("absOfByte"),
            SqlTypeName.SMALLINT, operator("absOfShort"),
            SqlTypeName.INTEGER, operator("absOfInt"),
            SqlTypeName.BIGINT, operator("absOfLong"));
    private static final Map<SqlTypeName, SqlFunction> ROUND = Map.of(
            SqlTypeName.INTEGER, operator("roundOfInt"),
            SqlTypeName.BIGINT, operator("roundOfLong"));
    private static final Map<SqlTypeName, Long> WHOLE_MAX = Map.of(
            SqlTypeName.TINYINT, (long) Byte.MAX_VALUE,
            SqlTypeName.SMALLINT, (long) Short.MAX_VALUE,
            SqlTypeName.INTEGER, (long) Integer.MAX_VALUE,
            SqlTypeName.BIGINT, Long.MAX_VALUE);
    /** What a text has to be, by the type that it is cast to. */
    private static final Map<SqlTypeName, SqlFunction> CHECKS = Map.of(
            SqlTypeName.DECIMAL, operator("number"),
            SqlTypeName.REAL, operator("floating"),
            SqlTypeName.FLOAT, operator("floating"),
            SqlTypeName.DOUBLE, operator("floating"),
            SqlTypeName.UUID, operator("uuid"));

    private static final Set<SqlTypeName> FLOATING = Set.of(SqlTypeName.REAL, SqlTypeName.FLOAT, SqlTypeName.DOUBLE);
    private static final SqlFunction UUID_TEXT = operator("uuidText");
    private static final SqlFunction WHOLE = operator("whole");
    private static final SqlFunction FINITE = operator("finite");

    private ExactOperators() {}

    /** The call itself where Calcite's does the same. */
    static RexNode of(RexBuilder builder, RexCall call) {
        List<RexNode> operands = call.getOperands();
        if (operands.isEmpty()) {
            return call;
        }
        RelDataType type = operands.get(0).getType();
        String name = call.getOperator().getName();
        boolean same = type.getSqlTypeName() == call.getType().getSqlTypeName();
        if (name.equals("ABS") && same && ABS.containsKey(type.getSqlTypeName())) {
            return builder.makeCall(call.getType(), ABS.get(type.getSqlTypeName()), operands);
        }
        if (name.equals("ROUND")
                && operands.size() == 2
                && same
                && ROUND.containsKey(type.getSqlTypeName())
                && operands.get(1).getType().getSqlTypeName() == SqlTypeName.INTEGER) {
            return builder.makeCall(call.getType(), ROUND.get(type.getSqlTypeName()), operands);
        }
        return call.getKind() == SqlKind.CAST ? cast(builder, call, operands.get(0)) : call;
    }

    private static RexNode cast(RexBuilder builder, RexCall call, RexNode operand) {
        SqlTypeName to = call.getType().getSqlTypeName();
        SqlTypeName from = operand.getType().getSqlTypeName();
        boolean exact = WHOLE_MAX.containsKey(to) || to == SqlTypeName.DECIMAL;
        if (from == SqlTypeName.UUID && SqlTypeUtil.inCharFamily(call.getType())) {
            RelDataType text = builder.getTypeFactory()
                    .createTypeWithNullability(
                            builder.getTypeFactory().createSqlType(SqlTypeName.VARCHAR),
                            operand.getType().isNullable());
            RexNode whole = builder.makeCall(text, UUID_TEXT, List.of(operand));
            return builder.makeAbstractCast(call.getType(), whole, false);
        }
        if (FLOATING.contains(from) && exact) {
            RelDataType wide = builder.getTypeFactory()
                    .createTypeWithNullability(
                            builder.getTypeFactory().createSqlType(SqlTypeName.DOUBLE),
                            operand.getType().isNullable());
            boolean narrow = from == SqlTypeName.REAL;
            return checked(builder, call, FINITE, narrow ? builder.makeAbstractCast(wide, operand, false) : operand);
        }
        if (!SqlTypeUtil.inCharFamily(operand.getType())) {
            return call;
        }
        if (WHOLE_MAX.containsKey(to)) {
            RexNode max = builder.makeExactLiteral(
                    BigDecimal.valueOf(WHOLE_MAX.get(to)),
                    builder.getTypeFactory().createSqlType(SqlTypeName.BIGINT));
            RexNode whole = builder.makeCall(operand.getType(), WHOLE, List.of(operand, name(builder, to), max));
            return call.clone(call.getType(), List.of(whole));
        }
        SqlFunction check = CHECKS.get(to);
        return check == null ? call : checked(builder, call, check, operand);
    }

    /** The cast of what a function let through. */
    private static RexNode checked(RexBuilder builder, RexCall cast, SqlFunction check, RexNode operand) {
        RexNode name = name(builder, cast.getType().getSqlTypeName());
        return cast.clone(cast.getType(), List.of(builder.makeCall(operand.getType(), check, List.of(operand, name))));
    }

    private static RexLiteral name(RexBuilder builder, SqlTypeName type) {
        return builder.makeLiteral(type.getName());
    }

    private static SqlFunction operator(String method) {
        return GeneratedCalls.of(ExactFunctions.class, method);
    }
}
