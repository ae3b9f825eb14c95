package dev.floe.sql.translate;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;

/** Casts that DuckDB and Calcite do alike: those that keep the value, or fail where it doesn't fit. */
final class Casts {
    private static final int INTEGER_DIGITS = 10;
    private static final int BIGINT_DIGITS = 19;

    private Casts() {}

    static String cast(String operand, RelDataType from, RelDataType to) {
        if (!isAlike(from, to)) {
            throw new Inexpressible("a cast from " + from + " to " + to);
        }
        return Literals.cast(operand, to);
    }

    private static boolean isAlike(RelDataType from, RelDataType to) {
        SqlTypeName source = from.getSqlTypeName();
        if (source == SqlTypeName.NULL) {
            return true;
        }
        return switch (to.getSqlTypeName()) {
            case BOOLEAN, TIME, UUID -> source == to.getSqlTypeName();
            case BINARY, VARBINARY -> source == SqlTypeName.BINARY || source == SqlTypeName.VARBINARY;
            case INTEGER, BIGINT -> DuckTypes.isWhole(from);
            case REAL -> source == SqlTypeName.REAL || DuckTypes.isWhole(from);
            case FLOAT, DOUBLE -> DuckTypes.isNumber(from);
            case DECIMAL -> isWiderDecimal(from, to);
            case DATE -> source == SqlTypeName.DATE || DuckTypes.isTimestamp(from);
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                isMicros(to) && (source == SqlTypeName.DATE || DuckTypes.isTimestamp(from));
            case VARCHAR -> isText(from, to);
            default -> false;
        };
    }

    private static boolean isMicros(RelDataType type) {
        return type.getPrecision() < 0 || type.getPrecision() >= 6;
    }

    private static boolean isWiderDecimal(RelDataType from, RelDataType to) {
        if (DuckTypes.isWhole(from)) {
            int digits = from.getSqlTypeName() == SqlTypeName.INTEGER ? INTEGER_DIGITS : BIGINT_DIGITS;
            return to.getPrecision() - to.getScale() >= digits || to.getPrecision() == 38;
        }
        return from.getSqlTypeName() == SqlTypeName.DECIMAL && to.getScale() >= from.getScale();
    }

    /** Whole numbers and dates read the same in both; a text must not have to be cut. */
    private static boolean isText(RelDataType from, RelDataType to) {
        int length = to.getPrecision();
        if (DuckTypes.isText(from)) {
            return length < 0 || (from.getPrecision() >= 0 && from.getPrecision() <= length);
        }
        return length < 0 && (DuckTypes.isWhole(from) || from.getSqlTypeName() == SqlTypeName.DATE);
    }
}
