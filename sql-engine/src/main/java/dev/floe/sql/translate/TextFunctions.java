package dev.floe.sql.translate;

import java.math.BigDecimal;
import java.util.Objects;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;

/** Functions of text; positions count characters. */
final class TextFunctions {
    private final Expressions expressions;

    TextFunctions(Expressions expressions) {
        this.expressions = expressions;
    }

    String text(RexCall call, String name) {
        for (RexNode operand : call.getOperands()) {
            boolean text = DuckTypes.isText(operand.getType()) || DuckTypes.isWhole(operand.getType());
            if (!text) {
                throw new Inexpressible(name + " of " + operand.getType());
            }
        }
        return switch (name) {
            case "||" -> concatenated(call);
            case "CHAR_LENGTH", "CHARACTER_LENGTH" ->
                Literals.cast("length(" + expressions.text(call.getOperands().get(0)) + ")", call.getType());
            case "SUBSTRING" -> substring(call);
            default -> throw new Inexpressible(name);
        };
    }

    private String concatenated(RexCall call) {
        if (call.getOperands().size() != 2
                || call.getOperands().stream().anyMatch(operand -> !DuckTypes.isText(operand.getType()))) {
            throw new Inexpressible("||");
        }
        return "(" + expressions.text(call.getOperands().get(0)) + " || "
                + expressions.text(call.getOperands().get(1)) + ")";
    }

    private String substring(RexCall call) {
        StringBuilder text = new StringBuilder("substring(");
        text.append(expressions.text(call.getOperands().get(0)));
        for (int i = 1; i < call.getOperands().size(); i++) {
            if (!(call.getOperands().get(i) instanceof RexLiteral literal) || literal.isNull()) {
                throw new Inexpressible("SUBSTRING from an expression");
            }
            long number =
                    Objects.requireNonNull(literal.getValueAs(BigDecimal.class)).longValue();
            if (number < 1 || number > Integer.MAX_VALUE) {
                throw new Inexpressible("SUBSTRING from before the text");
            }
            text.append(", ").append(number);
        }
        return text.append(")").toString();
    }
}
