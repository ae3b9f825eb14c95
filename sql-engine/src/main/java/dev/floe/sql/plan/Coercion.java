package dev.floe.sql.plan;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.implicit.TypeCoercionImpl;
import org.jspecify.annotations.Nullable;

/** Calcite's casts nobody wrote, but that of a text beside a UUID, which becomes one. */
final class Coercion extends TypeCoercionImpl {
    Coercion(RelDataTypeFactory factory, SqlValidator validator) {
        super(factory, validator);
    }

    @Override
    public @Nullable RelDataType commonTypeForBinaryComparison(
            @Nullable RelDataType first, @Nullable RelDataType second) {
        RelDataType uuid = uuid(first, second);
        return uuid == null ? super.commonTypeForBinaryComparison(first, second) : uuid;
    }

    @Override
    public @Nullable RelDataType getWiderTypeFor(List<RelDataType> types, boolean stringPromotion) {
        RelDataType wider = types.get(0);
        for (RelDataType type : types) {
            RelDataType uuid = uuid(wider, type);
            boolean same = wider.getSqlTypeName() == SqlTypeName.UUID && type.getSqlTypeName() == SqlTypeName.UUID;
            if (uuid == null && !same && wider.getSqlTypeName() == SqlTypeName.UUID) {
                return super.getWiderTypeFor(types, stringPromotion);
            }
            wider = uuid == null ? wider : uuid;
        }
        return wider.getSqlTypeName() == SqlTypeName.UUID ? wider : super.getWiderTypeFor(types, stringPromotion);
    }

    /** The type that both become, where one is a UUID and the other a text; else null. */
    private @Nullable RelDataType uuid(@Nullable RelDataType first, @Nullable RelDataType second) {
        if (first == null || second == null) {
            return null;
        }
        boolean left = first.getSqlTypeName() == SqlTypeName.UUID && SqlTypeUtil.inCharFamily(second);
        boolean right = second.getSqlTypeName() == SqlTypeName.UUID && SqlTypeUtil.inCharFamily(first);
        return left || right
                ? factory.createTypeWithNullability(left ? first : second, first.isNullable() || second.isNullable())
                : null;
    }
}
