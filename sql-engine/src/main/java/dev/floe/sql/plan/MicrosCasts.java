package dev.floe.sql.plan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.math.BigDecimal;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;

/** Casts from and to times that are BIGINTs of microseconds. */
final class MicrosCasts {
    private final RexBuilder builder;
    private final MicrosTypes types;

    MicrosCasts(RexBuilder builder, MicrosTypes types) {
        this.builder = builder;
        this.types = types;
    }

    /** The cast of an operand that is lowered already. */
    RexNode cast(RexCall call, RexNode operand) {
        RelDataType from = call.getOperands().get(0).getType();
        RelDataType to = call.getType();
        RelDataType lowered = types.lower(to);
        if (types.isTime(to)) {
            return from.getSqlTypeName() == SqlTypeName.NULL
                    ? builder.makeNullLiteral(lowered)
                    : precise(toTime(from, to, lowered, operand), to);
        }
        return fromTime(from, to, operand);
    }

    private RexNode toTime(RelDataType from, RelDataType to, RelDataType lowered, RexNode operand) {
        boolean time = to.getSqlTypeName() == SqlTypeName.TIME;
        return switch (from.getSqlTypeName()) {
            case CHAR, VARCHAR -> {
                MicrosOperators parse = time
                        ? MicrosOperators.PARSE_TIME
                        : to.getSqlTypeName() == SqlTypeName.TIMESTAMP
                                ? MicrosOperators.PARSE_TIMESTAMP
                                : MicrosOperators.PARSE_INSTANT;
                yield parse.call(builder, lowered, operand);
            }
            case DATE -> {
                if (time) {
                    throw unsupported(from, to);
                }
                yield MicrosOperators.OF_DAYS.call(builder, lowered, operand);
            }
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                time ? MicrosOperators.MICROS_OF_DAY.call(builder, lowered, operand) : retyped(operand, lowered);
            case TIME -> {
                if (!time) {
                    throw unsupported(from, to);
                }
                yield retyped(operand, lowered);
            }
            default -> throw unsupported(from, to);
        };
    }

    private RexNode fromTime(RelDataType from, RelDataType to, RexNode operand) {
        if (!types.isTime(from)) {
            throw unsupported(from, to);
        }
        return switch (to.getSqlTypeName()) {
            case CHAR, VARCHAR -> {
                MicrosOperators text = switch (from.getSqlTypeName()) {
                    case TIME -> MicrosOperators.TIME_TEXT;
                    case TIMESTAMP -> MicrosOperators.TIMESTAMP_TEXT;
                    default -> MicrosOperators.INSTANT_TEXT;
                };
                RelDataType any = builder.getTypeFactory()
                        .createTypeWithNullability(
                                builder.getTypeFactory().createSqlType(SqlTypeName.VARCHAR), to.isNullable());
                yield builder.makeCast(to, text.call(builder, any, operand));
            }
            case DATE -> {
                if (from.getSqlTypeName() == SqlTypeName.TIME) {
                    throw unsupported(from, to);
                }
                yield MicrosOperators.DAYS.call(builder, to, operand);
            }
            default -> throw unsupported(from, to);
        };
    }

    private RexNode precise(RexNode micros, RelDataType type) {
        int precision = type.getPrecision();
        if (precision < 0 || precision >= FloeTypeSystem.MICROS_PRECISION) {
            return micros;
        }
        return MicrosOperators.CUT.call(
                builder, micros.getType(), micros, builder.makeExactLiteral(BigDecimal.valueOf(precision)));
    }

    private RexNode retyped(RexNode micros, RelDataType type) {
        return micros.getType().equals(type) ? micros : builder.makeAbstractCast(type, micros, false);
    }

    private static FloeException unsupported(RelDataType from, RelDataType to) {
        return new FloeException(ErrorCode.UNSUPPORTED, "no cast from " + from + " to " + to);
    }
}
