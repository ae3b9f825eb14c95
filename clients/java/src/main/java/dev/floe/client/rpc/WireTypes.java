package dev.floe.client.rpc;

import dev.floe.client.Column;
import dev.floe.client.ColumnType;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.DataType;
import dev.floe.wire.v1.DecimalType;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.ListType;
import dev.floe.wire.v1.MapType;
import dev.floe.wire.v1.Primitive;
import dev.floe.wire.v1.StructType;
import java.util.List;

/** Columns and their types between the client's records and the wire. */
final class WireTypes {
    private WireTypes() {}

    static List<Column> columns(List<Field> fields) {
        return fields.stream().map(WireTypes::column).toList();
    }

    static Column column(Field field) {
        return new Column(field.getId(), field.getName(), type(field.getType()), field.getRequired(), field.getDoc());
    }

    static Field field(Column column) {
        return Field.newBuilder()
                .setId(column.id())
                .setName(column.name())
                .setType(type(column.type()))
                .setRequired(column.required())
                .setDoc(column.doc())
                .build();
    }

    private static ColumnType type(DataType type) {
        return switch (type.getKindCase()) {
            case PRIMITIVE -> primitive(type.getPrimitive());
            case DECIMAL ->
                new ColumnType.Decimal(
                        type.getDecimal().getPrecision(), type.getDecimal().getScale());
            case LIST -> new ColumnType.ListOf(column(type.getList().getElement()));
            case MAP ->
                new ColumnType.MapOf(
                        column(type.getMap().getKey()), column(type.getMap().getValue()));
            case STRUCT -> new ColumnType.Struct(columns(type.getStruct().getFieldsList()));
            case KIND_NOT_SET -> throw unknown("no type");
        };
    }

    private static ColumnType primitive(Primitive primitive) {
        return switch (primitive) {
            case BOOLEAN -> ColumnType.Primitive.BOOLEAN;
            case INT -> ColumnType.Primitive.INT;
            case LONG -> ColumnType.Primitive.LONG;
            case FLOAT -> ColumnType.Primitive.FLOAT;
            case DOUBLE -> ColumnType.Primitive.DOUBLE;
            case STRING -> ColumnType.Primitive.STRING;
            case BINARY -> ColumnType.Primitive.BINARY;
            case UUID -> ColumnType.Primitive.UUID;
            case DATE -> ColumnType.Primitive.DATE;
            case TIME -> ColumnType.Primitive.TIME;
            case TIMESTAMP -> ColumnType.Primitive.TIMESTAMP;
            case TIMESTAMPTZ -> ColumnType.Primitive.TIMESTAMPTZ;
            case PRIMITIVE_UNSPECIFIED, UNRECOGNIZED -> throw unknown("an unknown type");
        };
    }

    private static DataType type(ColumnType type) {
        DataType.Builder out = DataType.newBuilder();
        if (type instanceof ColumnType.Primitive primitive) {
            out.setPrimitive(Primitive.valueOf(primitive.name()));
        } else if (type instanceof ColumnType.Decimal decimal) {
            out.setDecimal(
                    DecimalType.newBuilder().setPrecision(decimal.precision()).setScale(decimal.scale()));
        } else if (type instanceof ColumnType.ListOf list) {
            out.setList(ListType.newBuilder().setElement(field(list.element())));
        } else if (type instanceof ColumnType.MapOf map) {
            out.setMap(MapType.newBuilder().setKey(field(map.key())).setValue(field(map.value())));
        } else if (type instanceof ColumnType.Struct struct) {
            out.setStruct(StructType.newBuilder()
                    .addAllFields(struct.fields().stream().map(WireTypes::field).toList()));
        }
        return out.build();
    }

    private static FloeException unknown(String what) {
        return new FloeException(ErrorCode.UNSUPPORTED, "the server sent a column with " + what)
                .advise("use a newer client");
    }
}
