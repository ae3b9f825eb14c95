package dev.floe.sql.plan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/** Refuses what parses and would fail later, in words that no longer say where in the statement it is. */
final class StatementChecks extends SqlBasicVisitor<@Nullable Void> {
    private static final Set<SqlKind> PATTERNS = Set.of(SqlKind.LIKE, SqlKind.SIMILAR);
    private static final BigDecimal ROWS_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);

    private final SqlText text;

    StatementChecks(SqlText text) {
        this.text = text;
    }

    @Override
    public @Nullable Void visit(SqlCall call) {
        if (call instanceof SqlOrderBy order) {
            rows("LIMIT", order.fetch);
            rows("OFFSET", order.offset);
        } else if (call instanceof SqlSelect select) {
            rows("LIMIT", select.getFetch());
            rows("OFFSET", select.getOffset());
        } else if (call instanceof SqlWithItem item && item.recursive.booleanValue()) {
            throw new FloeException(ErrorCode.UNSUPPORTED, "WITH RECURSIVE does not run here")
                    .advise("ask for one level after another");
        } else if (PATTERNS.contains(call.getKind()) && call.operandCount() == 3) {
            pattern(call.operand(1), call.operand(2));
        }
        return super.visit(call);
    }

    private void rows(String clause, @Nullable SqlNode count) {
        if (!(count instanceof SqlLiteral literal) || !(literal.getValue() instanceof BigDecimal number)) {
            return;
        }
        if (number.stripTrailingZeros().scale() > 0) {
            throw invalid(clause + " wants a whole number, not " + number.toPlainString(), count);
        }
        if (number.compareTo(ROWS_MAX) > 0) {
            throw invalid(
                    clause + " is at most " + ROWS_MAX + ", not " + number.toPlainString() + "; none is without limit",
                    count);
        }
    }

    /** Both engines would take other patterns for wrong. */
    private void pattern(SqlNode pattern, SqlNode escape) {
        String sign = string(escape);
        if (sign == null) {
            return;
        }
        if (sign.codePointCount(0, sign.length()) != 1) {
            throw invalid("ESCAPE wants one character, not '" + sign + "'", escape);
        }
        String like = string(pattern);
        for (int i = like == null ? -1 : like.indexOf(sign); like != null && i >= 0; i = like.indexOf(sign, i + 2)) {
            String escaped = like.substring(i + sign.length());
            if (!escaped.startsWith("%") && !escaped.startsWith("_") && !escaped.startsWith(sign)) {
                throw invalid("in the pattern '" + like + "' no %, _ or " + sign + " follows " + sign, pattern);
            }
        }
    }

    private static @Nullable String string(SqlNode node) {
        return node instanceof SqlLiteral literal && SqlTypeName.CHAR_TYPES.contains(literal.getTypeName())
                ? literal.getValueAs(String.class)
                : null;
    }

    private FloeException invalid(String what, SqlNode node) {
        SqlParserPos at = node.getParserPosition();
        return text.invalid(what, at, null);
    }
}
