package dev.floe.sql.plan;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.impl.ScalarFunctionImpl;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;

/** {@link MicrosFunctions} as operators of plans; users can't name them. */
final class MicrosOperators {
    static final MicrosOperators MILLIS_BELOW = new MicrosOperators("millisBelow");
    static final MicrosOperators MILLIS_ABOVE = new MicrosOperators("millisAbove");
    static final MicrosOperators MILLIS_OF_DAY = new MicrosOperators("millisOfDay");
    static final MicrosOperators OF_MILLIS = new MicrosOperators("ofMillis");
    static final MicrosOperators OF_MILLIS_OF_DAY = new MicrosOperators("ofMillisOfDay");
    static final MicrosOperators WITH_REST = new MicrosOperators("withRest");
    static final MicrosOperators MICROS_OF_MINUTE = new MicrosOperators("microsOfMinute");
    static final MicrosOperators DAYS = new MicrosOperators("days");
    static final MicrosOperators OF_DAYS = new MicrosOperators("ofDays");
    static final MicrosOperators MICROS_OF_DAY = new MicrosOperators("microsOfDay");
    static final MicrosOperators CUT = new MicrosOperators("cut");
    static final MicrosOperators TIMESTAMP_TEXT = new MicrosOperators("timestampText");
    static final MicrosOperators INSTANT_TEXT = new MicrosOperators("instantText");
    static final MicrosOperators TIME_TEXT = new MicrosOperators("timeText");
    static final MicrosOperators PARSE_TIMESTAMP = new MicrosOperators("parseTimestamp");
    static final MicrosOperators PARSE_INSTANT = new MicrosOperators("parseInstant");
    static final MicrosOperators PARSE_TIME = new MicrosOperators("parseTime");

    private final SqlFunction operator;

    private MicrosOperators(String method) {
        this.operator = new SqlUserDefinedFunction(
                new SqlIdentifier("$" + method, SqlParserPos.ZERO),
                SqlKind.OTHER_FUNCTION,
                ReturnTypes.BIGINT_NULLABLE,
                null,
                null,
                ScalarFunctionImpl.create(MicrosFunctions.class, method));
    }

    RexNode call(RexBuilder builder, RelDataType type, RexNode... operands) {
        return builder.makeCall(type, operator, List.of(operands));
    }
}
