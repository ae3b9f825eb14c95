package dev.floe.sql.translate;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;

/** Calcite's types as DuckDB's, where both hold the same values. */
final class DuckTypes {
    private DuckTypes() {}

    static String name(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case BIGINT -> "BIGINT";
            case REAL -> "FLOAT";
            case FLOAT, DOUBLE -> "DOUBLE";
            case DECIMAL -> {
                if (type.getScale() < 0 || type.getScale() > type.getPrecision()) {
                    throw new Inexpressible("the type " + type);
                }
                yield "DECIMAL(" + type.getPrecision() + ", " + type.getScale() + ")";
            }
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP -> "TIMESTAMP";
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> "TIMESTAMP WITH TIME ZONE";
            case CHAR, VARCHAR, NULL -> "VARCHAR";
            case BINARY, VARBINARY -> "BLOB";
            case UUID -> "UUID";
            default -> throw new Inexpressible("the type " + type);
        };
    }

    static boolean isFloating(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case REAL, FLOAT, DOUBLE -> true;
            default -> false;
        };
    }

    static boolean isWhole(RelDataType type) {
        return type.getSqlTypeName() == SqlTypeName.INTEGER || type.getSqlTypeName() == SqlTypeName.BIGINT;
    }

    static boolean isNumber(RelDataType type) {
        return isWhole(type) || isFloating(type) || type.getSqlTypeName() == SqlTypeName.DECIMAL;
    }

    static boolean isText(RelDataType type) {
        return type.getSqlTypeName() == SqlTypeName.CHAR || type.getSqlTypeName() == SqlTypeName.VARCHAR;
    }

    static boolean isTimestamp(RelDataType type) {
        return type.getSqlTypeName() == SqlTypeName.TIMESTAMP
                || type.getSqlTypeName() == SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE;
    }

    /** True where values of both types compare with each other as they do in Calcite. */
    static boolean compare(RelDataType left, RelDataType right) {
        return left.getSqlTypeName() == right.getSqlTypeName()
                || (isNumber(left) && isNumber(right))
                || (isText(left) && isText(right));
    }

    /** True where DuckDB orders the values as Calcite does: Java compares uuids as signed numbers. */
    static boolean isOrdered(RelDataType type) {
        return type.getSqlTypeName() != SqlTypeName.UUID;
    }
}
