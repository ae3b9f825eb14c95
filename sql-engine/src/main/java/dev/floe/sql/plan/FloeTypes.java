package dev.floe.sql.plan;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rel.type.StructKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg's types as Calcite's, and back. */
final class FloeTypes {
    private FloeTypes() {}

    /** A type factory whose text is UTF-8. */
    static final class Factory extends JavaTypeFactoryImpl {
        Factory() {
            super(new FloeTypeSystem());
        }

        @Override
        public Charset getDefaultCharset() {
            return StandardCharsets.UTF_8;
        }
    }

    static RelDataType rowType(RelDataTypeFactory factory, Schema schema) {
        return struct(factory, schema.asStruct(), StructKind.FULLY_QUALIFIED);
    }

    private static RelDataType struct(RelDataTypeFactory factory, Types.StructType struct, StructKind kind) {
        RelDataTypeFactory.Builder builder = factory.builder().kind(kind);
        for (Types.NestedField field : struct.fields()) {
            builder.add(field.name(), nullable(factory, field.type(), field.isOptional()));
        }
        return builder.build();
    }

    private static RelDataType nullable(RelDataTypeFactory factory, Type type, boolean nullable) {
        return factory.createTypeWithNullability(sqlType(factory, type), nullable);
    }

    private static RelDataType sqlType(RelDataTypeFactory factory, Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> factory.createSqlType(SqlTypeName.BOOLEAN);
            case INTEGER -> factory.createSqlType(SqlTypeName.INTEGER);
            case LONG -> factory.createSqlType(SqlTypeName.BIGINT);
            case FLOAT -> factory.createSqlType(SqlTypeName.REAL);
            case DOUBLE -> factory.createSqlType(SqlTypeName.DOUBLE);
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield factory.createSqlType(SqlTypeName.DECIMAL, decimal.precision(), decimal.scale());
            }
            case DATE -> factory.createSqlType(SqlTypeName.DATE);
            case TIME -> factory.createSqlType(SqlTypeName.TIME, FloeTypeSystem.MICROS_PRECISION);
            case TIMESTAMP ->
                factory.createSqlType(
                        ((Types.TimestampType) type).shouldAdjustToUTC()
                                ? SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE
                                : SqlTypeName.TIMESTAMP,
                        FloeTypeSystem.MICROS_PRECISION);
            case STRING -> factory.createSqlType(SqlTypeName.VARCHAR);
            case BINARY -> factory.createSqlType(SqlTypeName.VARBINARY);
            case UUID -> factory.createSqlType(SqlTypeName.UUID);
            case LIST -> {
                Types.ListType list = (Types.ListType) type;
                yield factory.createArrayType(nullable(factory, list.elementType(), list.isElementOptional()), -1);
            }
            case MAP -> {
                Types.MapType map = (Types.MapType) type;
                yield factory.createMapType(
                        nullable(factory, map.keyType(), false),
                        nullable(factory, map.valueType(), map.isValueOptional()));
            }
            case STRUCT -> struct(factory, type.asStructType(), StructKind.PEEK_FIELDS_NO_EXPAND);
            default -> throw new FloeException(ErrorCode.UNSUPPORTED, "SQL has no type for a column of " + type);
        };
    }

    /** The type of a result; {@code ids} numbers nested fields. Throws UNSUPPORTED. */
    static Type icebergType(RelDataType type, IntSupplier ids) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> Types.BooleanType.get();
            case TINYINT, SMALLINT, INTEGER -> Types.IntegerType.get();
            case BIGINT -> Types.LongType.get();
            case REAL -> Types.FloatType.get();
            case FLOAT, DOUBLE -> Types.DoubleType.get();
            case DECIMAL ->
                Types.DecimalType.of(type.getPrecision(), Math.max(0, Math.min(type.getScale(), type.getPrecision())));
            case DATE -> Types.DateType.get();
            case TIME -> Types.TimeType.get();
            case TIMESTAMP -> Types.TimestampType.withoutZone();
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> Types.TimestampType.withZone();
            case CHAR, VARCHAR, NULL -> Types.StringType.get();
            case BINARY, VARBINARY -> Types.BinaryType.get();
            case UUID -> Types.UUIDType.get();
            case ARRAY, MULTISET -> {
                int id = ids.getAsInt();
                yield Types.ListType.ofOptional(id, icebergType(element(type), ids));
            }
            case MAP -> {
                int key = ids.getAsInt();
                int value = ids.getAsInt();
                yield Types.MapType.ofOptional(
                        key,
                        value,
                        icebergType(Objects.requireNonNull(type.getKeyType()), ids),
                        icebergType(Objects.requireNonNull(type.getValueType()), ids));
            }
            case ROW -> {
                List<Types.NestedField> fields = new ArrayList<>();
                for (RelDataTypeField field : type.getFieldList()) {
                    int id = ids.getAsInt();
                    fields.add(Types.NestedField.optional(id, field.getName(), icebergType(field.getType(), ids)));
                }
                yield Types.StructType.of(fields);
            }
            default ->
                throw new FloeException(ErrorCode.UNSUPPORTED, "a result can't have the type " + type)
                        .advise("cast the column to another type, such as VARCHAR or BIGINT");
        };
    }

    private static RelDataType element(RelDataType type) {
        return Objects.requireNonNull(type.getComponentType());
    }
}
