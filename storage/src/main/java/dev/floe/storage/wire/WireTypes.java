package dev.floe.storage.wire;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.DataType;
import dev.floe.wire.v1.DecimalType;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.ListType;
import dev.floe.wire.v1.MapType;
import dev.floe.wire.v1.Primitive;
import dev.floe.wire.v1.Schema;
import dev.floe.wire.v1.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Wire schemas to Iceberg schemas and back.
 *
 * <p>Wire to Iceberg throws INVALID_TABLE with the path of the field; the depth of nesting is bounded by protobuf's own
 * limit of 100 messages. Iceberg to wire throws UNSUPPORTED for types Floe never declares, such as {@code fixed}.
 */
public final class WireTypes {
    private static final int DECIMAL_PRECISION_MAX = 38;

    private WireTypes() {}

    /** Columns as declared: whatever ids the fields carry, the columns get placeholders from 1. */
    public static List<Types.NestedField> declaredColumns(List<Field> fields) {
        int[] lastId = {0};
        return new Reader(field -> ++lastId[0]).fields(fields, "");
    }

    /** A schema with the ids the fields carry; throws INVALID_TABLE where one is missing or given twice. */
    public static org.apache.iceberg.Schema fromWire(Schema schema) {
        List<Types.NestedField> columns = new Reader(Field::getId).fields(schema.getFieldsList(), "");
        try {
            return new org.apache.iceberg.Schema(columns);
        } catch (RuntimeException e) { // Iceberg has no narrower type for ids and names given twice
            throw new FloeException(ErrorCode.INVALID_TABLE, "a field id or name appears twice in the schema", e);
        }
    }

    public static Schema toWire(org.apache.iceberg.Schema schema, int version) {
        return Schema.newBuilder()
                .setVersion(version)
                .addAllFields(toWire(schema.columns()))
                .build();
    }

    public static List<Field> toWire(List<Types.NestedField> columns) {
        return columns.stream().map(WireTypes::toWire).toList();
    }

    public static Field toWire(Types.NestedField field) {
        Field.Builder wire = Field.newBuilder()
                .setId(field.fieldId())
                .setName(field.name())
                .setType(typeToWire(field.type()))
                .setRequired(field.isRequired());
        if (field.doc() != null) {
            wire.setDoc(field.doc());
        }
        return wire.build();
    }

    private static DataType typeToWire(Type type) {
        DataType.Builder wire = DataType.newBuilder();
        if (type instanceof Types.DecimalType decimal) {
            return wire.setDecimal(DecimalType.newBuilder()
                            .setPrecision(decimal.precision())
                            .setScale(decimal.scale()))
                    .build();
        }
        if (type instanceof Types.ListType list) {
            Types.NestedField element = list.fields().get(0);
            return wire.setList(ListType.newBuilder().setElement(toWire(element)))
                    .build();
        }
        if (type instanceof Types.MapType map) {
            Types.NestedField key = map.fields().get(0);
            Types.NestedField value = map.fields().get(1);
            return wire.setMap(MapType.newBuilder().setKey(toWire(key)).setValue(toWire(value)))
                    .build();
        }
        if (type instanceof Types.StructType struct) {
            return wire.setStruct(StructType.newBuilder().addAllFields(toWire(struct.fields())))
                    .build();
        }
        return wire.setPrimitive(primitiveToWire(type)).build();
    }

    // the default is over Iceberg's enum, which grows with each version
    private static Primitive primitiveToWire(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> Primitive.BOOLEAN;
            case INTEGER -> Primitive.INT;
            case LONG -> Primitive.LONG;
            case FLOAT -> Primitive.FLOAT;
            case DOUBLE -> Primitive.DOUBLE;
            case STRING -> Primitive.STRING;
            case BINARY -> Primitive.BINARY;
            case UUID -> Primitive.UUID;
            case DATE -> Primitive.DATE;
            case TIME -> Primitive.TIME;
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC() ? Primitive.TIMESTAMPTZ : Primitive.TIMESTAMP;
            default -> throw new FloeException(ErrorCode.UNSUPPORTED, "Floe has no type for Iceberg's " + type);
        };
    }

    /** Reads wire fields; {@code ids} is asked once a field, a parent before its children. */
    private record Reader(ToIntFunction<Field> ids) {
        List<Types.NestedField> fields(List<Field> wire, String parent) {
            List<Types.NestedField> fields = new ArrayList<>(wire.size());
            for (Field field : wire) {
                fields.add(field(field, parent + field.getName()));
            }
            return fields;
        }

        private Types.NestedField field(Field wire, String path) {
            int id = id(wire, path);
            String doc = wire.getDoc().isEmpty() ? null : wire.getDoc();
            return Types.NestedField.builder()
                    .withId(id)
                    .withName(wire.getName())
                    .isOptional(!wire.getRequired())
                    .ofType(type(wire.getType(), path))
                    .withDoc(doc)
                    .build();
        }

        private int id(Field wire, String path) {
            int id = ids.applyAsInt(wire);
            if (id < 1) {
                throw invalid("the field has no id", path);
            }
            return id;
        }

        private Type type(DataType wire, String path) {
            return switch (wire.getKindCase()) {
                case PRIMITIVE -> primitive(wire.getPrimitive(), path);
                case DECIMAL -> decimal(wire.getDecimal(), path);
                case LIST -> list(wire.getList(), path);
                case MAP -> map(wire.getMap(), path);
                case STRUCT -> Types.StructType.of(fields(wire.getStruct().getFieldsList(), path + "."));
                case KIND_NOT_SET -> throw invalid("the field has no type", path);
            };
        }

        private Type list(ListType wire, String path) {
            Field element = wire.getElement();
            int id = id(element, path + ".element");
            Type type = type(element.getType(), path + ".element");
            return element.getRequired() ? Types.ListType.ofRequired(id, type) : Types.ListType.ofOptional(id, type);
        }

        private Type map(MapType wire, String path) {
            int keyId = id(wire.getKey(), path + ".key");
            int valueId = id(wire.getValue(), path + ".value");
            Type key = type(wire.getKey().getType(), path + ".key");
            Type value = type(wire.getValue().getType(), path + ".value");
            return wire.getValue().getRequired()
                    ? Types.MapType.ofRequired(keyId, valueId, key, value)
                    : Types.MapType.ofOptional(keyId, valueId, key, value);
        }

        private static Type decimal(DecimalType wire, String path) {
            int precision = wire.getPrecision();
            int scale = wire.getScale();
            if (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale < 0 || scale > precision) {
                throw invalid(
                        "decimal(" + precision + ", " + scale + ") won't do: precision is 1 to " + DECIMAL_PRECISION_MAX
                                + ", scale 0 to the precision",
                        path);
            }
            return Types.DecimalType.of(precision, scale);
        }

        private static Type primitive(Primitive wire, String path) {
            return switch (wire) {
                case BOOLEAN -> Types.BooleanType.get();
                case INT -> Types.IntegerType.get();
                case LONG -> Types.LongType.get();
                case FLOAT -> Types.FloatType.get();
                case DOUBLE -> Types.DoubleType.get();
                case STRING -> Types.StringType.get();
                case BINARY -> Types.BinaryType.get();
                case UUID -> Types.UUIDType.get();
                case DATE -> Types.DateType.get();
                case TIME -> Types.TimeType.get();
                case TIMESTAMP -> Types.TimestampType.withoutZone();
                case TIMESTAMPTZ -> Types.TimestampType.withZone();
                case PRIMITIVE_UNSPECIFIED, UNRECOGNIZED -> throw invalid("the field's type is not known", path);
            };
        }

        private static FloeException invalid(String what, String path) {
            return new FloeException(ErrorCode.INVALID_TABLE, what)
                    .at(path)
                    .advise("give each field one of the types of floe.v1.DataType");
        }
    }
}
