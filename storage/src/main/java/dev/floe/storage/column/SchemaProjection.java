package dev.floe.storage.column;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Brings a batch into the shape of a newer schema of its table, by field id.
 *
 * <p>Columns dropped since are left out, int widens to long, float to double and decimals in precision. Columns come
 * out in the schema's order.
 */
public final class SchemaProjection {
    private SchemaProjection() {}

    /** With every column of the newer schema: those the batch lacks become nulls. */
    public static ColumnBatch project(ColumnBatch batch, Schema from, Schema to) {
        return project(batch, from, to, true);
    }

    /** With the columns that the batch has: what it says nothing of, it still says nothing of. */
    public static ColumnBatch projectPresent(ColumnBatch batch, Schema from, Schema to) {
        return project(batch, from, to, false);
    }

    private static ColumnBatch project(ColumnBatch batch, Schema from, Schema to, boolean withAbsent) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> columns = new ArrayList<>();
        for (Types.NestedField field : to.columns()) {
            Types.NestedField old = from.findField(field.fieldId());
            Vector column = batch.column(field.fieldId());
            if (column != null && old != null) {
                ids.add(field.fieldId());
                columns.add(convert(column, old.type(), field.type()));
            } else if (withAbsent) {
                ids.add(field.fieldId());
                columns.add(VectorBuilder.nulls(field.type(), batch.rowCount()));
            }
        }
        return new ColumnBatch(batch.rowCount(), ids, columns, batch.operations());
    }

    private static Vector convert(Vector vector, Type from, Type to) {
        if (from.equals(to)) {
            return vector;
        }
        if (vector instanceof StructVector struct) {
            return struct(struct, from.asStructType(), to.asStructType());
        }
        if (vector instanceof ListVector list) {
            Vector elements = convert(
                    list.elements(),
                    from.asListType().elementType(),
                    to.asListType().elementType());
            return new ListVector(list.offsets(), elements, list.size(), list.validity());
        }
        if (vector instanceof MapVector map) {
            Vector values = convert(
                    map.values(), from.asMapType().valueType(), to.asMapType().valueType());
            return new MapVector(map.offsets(), map.keys(), values, map.size(), map.validity());
        }
        if (vector instanceof IntVector ints && to.typeId() == Type.TypeID.LONG) {
            long[] wide = new long[ints.size()];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = ints.value(i);
            }
            return new LongVector(wide, wide.length, ints.validity());
        }
        if (vector instanceof FloatVector floats && to.typeId() == Type.TypeID.DOUBLE) {
            double[] wide = new double[floats.size()];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = floats.value(i);
            }
            return new DoubleVector(wide, wide.length, floats.validity());
        }
        if (to.typeId() == Type.TypeID.DECIMAL) {
            return slotBySlot(vector, from, to);
        }
        return vector;
    }

    private static Vector struct(StructVector vector, Types.StructType from, Types.StructType to) {
        List<Integer> ids = new ArrayList<>();
        List<Vector> children = new ArrayList<>();
        for (Types.NestedField field : to.fields()) {
            int child = vector.fieldIds().indexOf(field.fieldId());
            Types.NestedField old = from.field(field.fieldId());
            ids.add(field.fieldId());
            children.add(
                    child < 0 || old == null
                            ? VectorBuilder.nulls(field.type(), vector.size())
                            : convert(vector.children().get(child), old.type(), field.type()));
        }
        return new StructVector(ids, children, vector.size(), vector.validity());
    }

    private static Vector slotBySlot(Vector vector, Type from, Type to) {
        VectorBuilder builder = VectorBuilder.of(to, vector.size());
        for (int row = 0; row < vector.size(); row++) {
            @Nullable Object value = ValueReader.value(vector, from, row);
            builder.append(value);
        }
        return builder.build();
    }
}
