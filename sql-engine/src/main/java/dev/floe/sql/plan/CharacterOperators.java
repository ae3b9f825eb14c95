package dev.floe.sql.plan;

import java.util.List;
import java.util.Set;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** {@link CharacterFunctions} in the places of Calcite's. */
final class CharacterOperators {
    private static final Set<String> LENGTHS = Set.of("CHAR_LENGTH", "CHARACTER_LENGTH", "LENGTH");
    private static final SqlFunction LENGTH = operator("length");
    private static final SqlFunction AFTER = operator("after");
    private static final SqlFunction BETWEEN = operator("between");

    private CharacterOperators() {}

    /** The call itself where it counts no characters. */
    static RexNode of(RexBuilder builder, RexCall call) {
        List<RexNode> operands = call.getOperands();
        String name = call.getOperator().getName();
        if (operands.isEmpty() || !SqlTypeUtil.inCharFamily(operands.get(0).getType())) {
            return call;
        }
        if (LENGTHS.contains(name) && operands.size() == 1) {
            return builder.makeCall(call.getType(), LENGTH, operands);
        }
        boolean places =
                operands.stream().skip(1).allMatch(place -> place.getType().getSqlTypeName() == SqlTypeName.INTEGER);
        if (!name.equals("SUBSTRING") || !places) {
            return call;
        }
        return builder.makeCall(call.getType(), operands.size() == 2 ? AFTER : BETWEEN, operands);
    }

    private static SqlFunction operator(String method) {
        return GeneratedCalls.of(CharacterFunctions.class, method);
    }
}
