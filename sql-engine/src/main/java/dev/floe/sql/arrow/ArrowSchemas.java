package dev.floe.sql.arrow;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.ResultColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Arrow's types for Iceberg's. */
public final class ArrowSchemas {
    /** The extension type that Arrow's format documents give for uuids. */
    private static final Map<String, String> UUID =
            Map.of("ARROW:extension:name", "arrow.uuid", "ARROW:extension:metadata", "");

    private static final int INT_BITS = 32;
    private static final int LONG_BITS = 64;
    private static final int DECIMAL_BITS = 128;
    private static final int UUID_BYTES = 16;

    private ArrowSchemas() {}

    public static Schema of(List<ResultColumn> columns) {
        List<Field> fields = new ArrayList<>(columns.size());
        for (ResultColumn column : columns) {
            fields.add(field(column.name(), column.type(), column.nullable()));
        }
        return new Schema(fields);
    }

    private static Field field(String name, Type type, boolean nullable) {
        Map<String, String> metadata = type.typeId() == Type.TypeID.UUID ? UUID : Map.of();
        return new Field(name, new FieldType(nullable, arrow(type), null, metadata), children(type));
    }

    private static List<Field> children(Type type) {
        if (type instanceof Types.ListType list) {
            return List.of(field("element", list.elementType(), list.isElementOptional()));
        }
        if (type instanceof Types.MapType map) {
            Field key = field("key", map.keyType(), false);
            Field value = field("value", map.valueType(), map.isValueOptional());
            return List.of(
                    new Field("entries", new FieldType(false, new ArrowType.Struct(), null), List.of(key, value)));
        }
        if (type instanceof Types.StructType struct) {
            return struct.fields().stream()
                    .map(child -> field(child.name(), child.type(), child.isOptional()))
                    .toList();
        }
        return List.of();
    }

    private static ArrowType arrow(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> new ArrowType.Bool();
            case INTEGER -> new ArrowType.Int(INT_BITS, true);
            case LONG -> new ArrowType.Int(LONG_BITS, true);
            case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case DATE -> new ArrowType.Date(DateUnit.DAY);
            case TIME -> new ArrowType.Time(TimeUnit.MICROSECOND, LONG_BITS);
            case TIMESTAMP -> timestamp((Types.TimestampType) type);
            case STRING -> new ArrowType.Utf8();
            case BINARY -> new ArrowType.Binary();
            case UUID -> new ArrowType.FixedSizeBinary(UUID_BYTES);
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield new ArrowType.Decimal(decimal.precision(), decimal.scale(), DECIMAL_BITS);
            }
            case LIST -> new ArrowType.List();
            case MAP -> new ArrowType.Map(false);
            case STRUCT -> new ArrowType.Struct();
            case FIXED, TIMESTAMP_NANO, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY ->
                throw new FloeException(ErrorCode.UNSUPPORTED, "Arrow results can't hold the type " + type)
                        .advise("cast the column to a type of floe.v1.DataType");
        };
    }

    private static ArrowType timestamp(Types.TimestampType type) {
        return type.shouldAdjustToUTC()
                ? new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")
                : new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
    }
}
