package dev.floe.sql.plan;

import com.google.common.collect.ImmutableList;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;

/**
 * Rewrites expressions so that times and timestamps are BIGINTs of microseconds (see {@link MicrosLowering}).
 *
 * <p>Comparison, choice and the like work on the numbers as they are. Date arithmetic goes to Calcite's milliseconds
 * and back, keeping the rest. What isn't known here is UNSUPPORTED: never a silent loss of digits.
 */
final class MicrosRex extends RexShuttle {
    private final RexBuilder builder;
    private final MicrosTypes types;
    private final MicrosCasts casts;

    MicrosRex(RexBuilder builder, MicrosTypes types) {
        this.builder = builder;
        this.types = types;
        this.casts = new MicrosCasts(builder, types);
    }

    @Override
    public RexNode visitInputRef(RexInputRef ref) {
        return types.hasTimes(ref.getType()) ? new RexInputRef(ref.getIndex(), types.lower(ref.getType())) : ref;
    }

    @Override
    public RexNode visitDynamicParam(RexDynamicParam param) {
        return types.hasTimes(param.getType())
                ? new RexDynamicParam(types.lower(param.getType()), param.getIndex())
                : param;
    }

    @Override
    public RexNode visitCorrelVariable(RexCorrelVariable variable) {
        return types.hasTimes(variable.getType())
                ? builder.makeCorrel(types.lower(variable.getType()), variable.id)
                : variable;
    }

    @Override
    public RexNode visitLiteral(RexLiteral literal) {
        return types.hasTimes(literal.getType()) ? lowered(literal) : literal;
    }

    RexLiteral lowered(RexLiteral literal) {
        if (!types.hasTimes(literal.getType())) {
            return literal;
        }
        if (literal.isNull()) {
            return builder.makeNullLiteral(types.lower(literal.getType()));
        }
        TimeString time =
                literal.getType().getSqlTypeName() == SqlTypeName.TIME ? literal.getValueAs(TimeString.class) : null;
        TimestampString timestamp = time == null ? literal.getValueAs(TimestampString.class) : null;
        long micros = time != null
                ? MicrosFunctions.parseTime(time.toString())
                : MicrosFunctions.parseTimestamp(String.valueOf(timestamp));
        return builder.makeExactLiteral(BigDecimal.valueOf(micros), types.lower(literal.getType()));
    }

    @Override
    public RexNode visitFieldAccess(RexFieldAccess access) {
        RexNode struct = access.getReferenceExpr();
        return types.hasTimes(struct.getType())
                ? builder.makeFieldAccess(struct.accept(this), access.getField().getIndex())
                : super.visitFieldAccess(access);
    }

    @Override
    public RexNode visitOver(RexOver over) {
        boolean times = types.hasTimes(over.getType())
                || over.getOperands().stream().anyMatch(o -> types.hasTimes(o.getType()))
                || over.getWindow().partitionKeys.stream().anyMatch(k -> types.hasTimes(k.getType()))
                || over.getWindow().orderKeys.stream().anyMatch(k -> types.hasTimes(k.left.getType()));
        if (!times) {
            return super.visitOver(over);
        }
        boolean offsets = over.getWindow().getLowerBound().getOffset() != null
                || over.getWindow().getUpperBound().getOffset() != null;
        if (offsets && !over.getWindow().isRows()) {
            throw unsupported("a window's RANGE of an interval");
        }
        List<RexFieldCollation> order = over.getWindow().orderKeys.stream()
                .map(key -> new RexFieldCollation(key.left.accept(this), key.right))
                .toList();
        return builder.makeOver(
                types.lower(over.getType()),
                over.getAggOperator(),
                visitList(over.getOperands()),
                visitList(over.getWindow().partitionKeys),
                ImmutableList.copyOf(order),
                over.getWindow().getLowerBound(),
                over.getWindow().getUpperBound(),
                over.getWindow().isRows(),
                true,
                false,
                over.isDistinct(),
                over.ignoreNulls());
    }

    @Override
    public RexNode visitCall(RexCall call) {
        boolean times = types.hasTimes(call.getType())
                || call.getOperands().stream().anyMatch(operand -> types.hasTimes(operand.getType()));
        if (!times) {
            RexNode same = super.visitCall(call);
            RexNode counted = same instanceof RexCall of ? CharacterOperators.of(builder, of) : same;
            return counted instanceof RexCall of ? ExactOperators.of(builder, of) : counted;
        }
        if (call.getKind() == SqlKind.SEARCH) {
            return RexUtil.expandSearch(builder, null, call).accept(this);
        }
        return switch (call.getKind()) {
            case EQUALS,
                    NOT_EQUALS,
                    LESS_THAN,
                    LESS_THAN_OR_EQUAL,
                    GREATER_THAN,
                    GREATER_THAN_OR_EQUAL,
                    IS_DISTINCT_FROM,
                    IS_NOT_DISTINCT_FROM,
                    IS_NULL,
                    IS_NOT_NULL,
                    CASE,
                    COALESCE,
                    NULLIF,
                    NVL,
                    GREATEST,
                    LEAST,
                    ROW,
                    ITEM,
                    ARRAY_VALUE_CONSTRUCTOR,
                    MAP_VALUE_CONSTRUCTOR,
                    DEFAULT ->
                builder.makeCall(types.lower(call.getType()), call.getOperator(), visitList(call.getOperands()));
            case CAST -> casts.cast(call, call.getOperands().get(0).accept(this));
            case EXTRACT -> extract(call);
            case FLOOR, CEIL -> rounded(call);
            case MINUS, PLUS -> isDifference(call) ? difference(call) : shifted(call);
            default -> other(call);
        };
    }

    private RexNode other(RexCall call) {
        if (isDifference(call)) {
            return difference(call);
        }
        if (call.getOperator().equals(SqlStdOperatorTable.MINUS_DATE)
                || call.getOperator().equals(SqlStdOperatorTable.DATETIME_PLUS)) {
            return shifted(call);
        }
        if (call.getOperands().isEmpty() && types.isTime(call.getType())) {
            return ofCalcites(call, call.getType());
        }
        throw unsupported(call.getOperator().getName() + " of a time");
    }

    private RexNode extract(RexCall call) {
        RexNode time = call.getOperands().get(1);
        String unit = call.getOperands().get(0).toString();
        if (unit.contains("MICROSECOND") || unit.contains("NANOSECOND")) {
            if (unit.contains("NANO")) {
                throw unsupported("NANOSECOND");
            }
            return MicrosOperators.MICROS_OF_MINUTE.call(builder, call.getType(), time.accept(this));
        }
        return builder.makeCall(
                call.getType(),
                call.getOperator(),
                List.of(call.getOperands().get(0), toCalcites(time, MicrosOperators.MILLIS_BELOW)));
    }

    private RexNode rounded(RexCall call) {
        MicrosOperators millis =
                call.getKind() == SqlKind.CEIL ? MicrosOperators.MILLIS_ABOVE : MicrosOperators.MILLIS_BELOW;
        String unit = call.getOperands().get(1).toString();
        if (unit.contains("MICROSECOND") || unit.contains("NANOSECOND")) {
            return call.getOperands().get(0).accept(this);
        }
        RexNode time = toCalcites(call.getOperands().get(0), millis);
        RelDataType type = time.getType();
        return ofCalcites(
                builder.makeCall(
                        type,
                        call.getOperator(),
                        List.of(time, call.getOperands().get(1))),
                call.getType());
    }

    private RexNode shifted(RexCall call) {
        RexNode time = call.getOperands().get(0);
        if (!isTimestamp(time.getType()) || call.getOperands().size() != 2) {
            throw unsupported("arithmetic on " + time.getType());
        }
        RexNode millis = toCalcites(time, MicrosOperators.MILLIS_BELOW);
        RexNode moved = builder.makeCall(
                millis.getType(),
                call.getOperator(),
                List.of(millis, call.getOperands().get(1).accept(this)));
        return MicrosOperators.WITH_REST.call(builder, types.lower(call.getType()), moved, time.accept(this));
    }

    /** Time minus time; time minus interval has the same operator. */
    private boolean isDifference(RexCall call) {
        return call.getOperator().equals(SqlStdOperatorTable.MINUS_DATE) && !types.isTime(call.getType());
    }

    private RexNode difference(RexCall call) {
        return builder.makeCall(
                call.getType(),
                call.getOperator(),
                call.getOperands().stream()
                        .map(o -> types.isTime(o.getType()) ? toCalcites(o, MicrosOperators.MILLIS_BELOW) : o)
                        .toList());
    }

    /** A lowered time as Calcite's generated code wants it, of millisecond precision. */
    private RexNode toCalcites(RexNode time, MicrosOperators millis) {
        SqlTypeName name = time.getType().getSqlTypeName();
        if (!types.isTime(time.getType())) {
            return time.accept(this);
        }
        RelDataType type = types.millis(name, time.getType().isNullable());
        MicrosOperators operator = name == SqlTypeName.TIME ? MicrosOperators.MILLIS_OF_DAY : millis;
        return operator.call(builder, type, time.accept(this));
    }

    private RexNode ofCalcites(RexNode millis, RelDataType type) {
        MicrosOperators operator = type.getSqlTypeName() == SqlTypeName.TIME
                ? MicrosOperators.OF_MILLIS_OF_DAY
                : MicrosOperators.OF_MILLIS;
        return operator.call(builder, types.lower(type), millis);
    }

    private static boolean isTimestamp(RelDataType type) {
        return SqlTypeUtil.isTimestamp(type);
    }

    private static FloeException unsupported(String what) {
        return new FloeException(ErrorCode.UNSUPPORTED, "SQL here doesn't have " + what)
                .advise("cast the time to VARCHAR or DATE, or use comparison, EXTRACT, FLOOR, CEIL and intervals");
    }
}
