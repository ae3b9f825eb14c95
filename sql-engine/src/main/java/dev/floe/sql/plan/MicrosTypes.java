package dev.floe.sql.plan;

import java.util.Objects;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.type.SqlTypeName;

/** Types with times and what they become when times are BIGINTs of microseconds. */
final class MicrosTypes {
    private static final int MILLIS_PRECISION = 3;

    private final RelDataTypeFactory factory;

    MicrosTypes(RelDataTypeFactory factory) {
        this.factory = factory;
    }

    boolean isTime(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> true;
            default -> false;
        };
    }

    /** True where a time is in the type, however deep. */
    boolean hasTimes(RelDataType type) {
        return !lower(type).equals(type);
    }

    /** A type of Calcite's own generated code, which counts milliseconds. */
    RelDataType millis(SqlTypeName name, boolean nullable) {
        return factory.createTypeWithNullability(factory.createSqlType(name, MILLIS_PRECISION), nullable);
    }

    RelDataType bigint(boolean nullable) {
        return factory.createTypeWithNullability(factory.createSqlType(SqlTypeName.BIGINT), nullable);
    }

    RelDataType lower(RelDataType type) {
        if (isTime(type)) {
            return bigint(type.isNullable());
        }
        RelDataType lowered = type;
        if (type.isStruct()) {
            RelDataTypeFactory.Builder fields = factory.builder().kind(type.getStructKind());
            for (RelDataTypeField field : type.getFieldList()) {
                fields.add(field.getName(), lower(field.getType()));
            }
            lowered = fields.build();
        } else if (type.getKeyType() != null && type.getValueType() != null) {
            lowered = factory.createMapType(lower(type.getKeyType()), lower(type.getValueType()));
        } else if (type.getSqlTypeName() == SqlTypeName.ARRAY) {
            lowered = factory.createArrayType(lower(Objects.requireNonNull(type.getComponentType())), -1);
        } else if (type.getSqlTypeName() == SqlTypeName.MULTISET) {
            lowered = factory.createMultisetType(lower(Objects.requireNonNull(type.getComponentType())), -1);
        }
        return factory.createTypeWithNullability(lowered, type.isNullable());
    }
}
