package dev.floe.storage.write;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a batch that could not be written, before anything has taken note of it.
 *
 * <p>The gateway has checked what clients send; this keeps an entry that came into the log by another way from
 * failing a flush, where it could not be told apart from the entries around it.
 */
public final class BatchCheck {
    private static final int LONG_DECIMAL_PRECISION_MAX = 18;

    private final TableLayout layout;

    public BatchCheck(TableLayout layout) {
        this.layout = layout;
    }

    /** Throws LOG_ENTRY_CORRUPT where forms, operations or required values are not as the schema wants them. */
    public void require(Schema schema, ColumnBatch batch) {
        boolean[] live = new boolean[batch.rowCount()];
        for (int row = 0; row < live.length; row++) {
            live[row] = isLive(batch.operations()[row], row);
        }
        for (int keyId : layout.keyFieldIds()) {
            if (batch.column(keyId) == null && batch.rowCount() > 0) {
                throw corrupt("key column " + keyId + " is missing", 0);
            }
        }
        for (Types.NestedField field : schema.columns()) {
            Vector vector = batch.column(field.fieldId());
            boolean isKey = layout.keyFieldIds().contains(field.fieldId());
            requireField(field, vector, live, isKey);
        }
    }

    private boolean isLive(byte operation, int row) {
        boolean fits = layout.isKeyed()
                ? operation == RowOperation.UPSERT || operation == RowOperation.DELETE
                : operation == RowOperation.APPEND;
        if (!fits) {
            throw corrupt("operation " + operation + " does not fit the table", row);
        }
        return operation != RowOperation.DELETE;
    }

    private static void requireField(
            Types.NestedField field, @Nullable Vector vector, boolean[] live, boolean evenWhereDeleted) {
        if (vector != null) {
            requireForm(field.name(), field.type(), vector);
        }
        if (field.isOptional() || (vector != null && vector.validity().isAll())) {
            return;
        }
        for (int row = 0; row < live.length; row++) {
            if ((live[row] || evenWhereDeleted) && (vector == null || vector.isNull(row))) {
                throw corrupt("required column " + field.name() + " has no value", row);
            }
        }
    }

    private static void requireForm(String name, Type type, Vector vector) {
        boolean fits = switch (type.typeId()) {
            case BOOLEAN -> vector instanceof BooleanVector;
            case INTEGER, DATE -> vector instanceof IntVector;
            case LONG, TIME, TIMESTAMP -> vector instanceof LongVector;
            case FLOAT -> vector instanceof FloatVector;
            case DOUBLE -> vector instanceof DoubleVector;
            case STRING, BINARY -> vector instanceof BytesVector;
            case UUID -> vector instanceof FixedVector;
            case DECIMAL ->
                ((Types.DecimalType) type).precision() <= LONG_DECIMAL_PRECISION_MAX
                        ? vector instanceof LongVector
                        : vector instanceof FixedVector;
            case LIST -> vector instanceof ListVector;
            case MAP -> vector instanceof MapVector;
            case STRUCT -> vector instanceof StructVector;
            case FIXED, TIMESTAMP_NANO, VARIANT, UNKNOWN, GEOMETRY, GEOGRAPHY -> false;
        };
        if (!fits) {
            throw corrupt(
                    "column " + name + " of type " + type + " came as "
                            + vector.getClass().getSimpleName(),
                    -1);
        }
        if (vector instanceof ListVector list) {
            requireForm(name + ".element", type.asListType().elementType(), list.elements());
        } else if (vector instanceof MapVector map) {
            requireForm(name + ".key", type.asMapType().keyType(), map.keys());
            requireForm(name + ".value", type.asMapType().valueType(), map.values());
        } else if (vector instanceof StructVector struct) {
            requireChildren(name, type.asStructType().fields(), struct);
        }
    }

    private static void requireChildren(String name, List<Types.NestedField> fields, StructVector struct) {
        for (Types.NestedField field : fields) {
            int at = struct.fieldIds().indexOf(field.fieldId());
            if (at >= 0) {
                requireForm(
                        name + "." + field.name(),
                        field.type(),
                        struct.children().get(at));
            }
        }
    }

    private static FloeException corrupt(String what, long row) {
        return new FloeException(ErrorCode.LOG_ENTRY_CORRUPT, what).inRow(row);
    }
}
