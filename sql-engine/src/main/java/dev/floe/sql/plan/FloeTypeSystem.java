package dev.floe.sql.plan;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;

/** Decimals of 38 digits, times of microseconds: what Iceberg's types hold. */
final class FloeTypeSystem extends RelDataTypeSystemImpl {
    static final int MICROS_PRECISION = 6;
    static final int DECIMAL_PRECISION_MAX = 38;

    private static final int MEAN_DIGITS = 6;

    @Override
    public int getMaxPrecision(SqlTypeName type) {
        return switch (type) {
            case DECIMAL -> DECIMAL_PRECISION_MAX;
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> MICROS_PRECISION;
            default -> super.getMaxPrecision(type);
        };
    }

    @Override
    public int getMaxScale(SqlTypeName type) {
        return type == SqlTypeName.DECIMAL ? DECIMAL_PRECISION_MAX : super.getMaxScale(type);
    }

    @Override
    public int getDefaultPrecision(SqlTypeName type) {
        return switch (type) {
            case DECIMAL -> DECIMAL_PRECISION_MAX;
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> MICROS_PRECISION;
            default -> super.getDefaultPrecision(type);
        };
    }

    /** Sums of whole numbers don't overflow: they are a size wider than what is summed. */
    @Override
    public RelDataType deriveSumType(RelDataTypeFactory factory, RelDataType argument) {
        RelDataType sum = switch (argument.getSqlTypeName()) {
            case TINYINT, SMALLINT, INTEGER -> factory.createSqlType(SqlTypeName.BIGINT);
            case BIGINT -> factory.createSqlType(SqlTypeName.DECIMAL, DECIMAL_PRECISION_MAX, 0);
            case DECIMAL -> factory.createSqlType(SqlTypeName.DECIMAL, DECIMAL_PRECISION_MAX, argument.getScale());
            case REAL, FLOAT -> factory.createSqlType(SqlTypeName.DOUBLE);
            default -> argument;
        };
        return factory.createTypeWithNullability(sum, argument.isNullable());
    }

    /** The mean of numbers is a double; of decimals, a decimal with six more digits. */
    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory factory, RelDataType argument) {
        RelDataType mean = switch (argument.getSqlTypeName()) {
            case TINYINT, SMALLINT, INTEGER, BIGINT, REAL, FLOAT, DOUBLE -> factory.createSqlType(SqlTypeName.DOUBLE);
            case DECIMAL ->
                factory.createSqlType(
                        SqlTypeName.DECIMAL,
                        DECIMAL_PRECISION_MAX,
                        Math.min(argument.getScale() + MEAN_DIGITS, DECIMAL_PRECISION_MAX));
            default -> argument;
        };
        return factory.createTypeWithNullability(mean, argument.isNullable());
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
        return true;
    }
}
