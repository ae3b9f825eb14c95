package dev.floe.storage.write;

import dev.floe.storage.column.BooleanVector;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.DoubleVector;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.FloatVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import dev.floe.storage.memtable.Memtable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** One row of vectors at a time in Iceberg's internal values, for partition transforms. */
final class VectorRow implements StructLike {
    private final List<Types.NestedField> fields;
    private final List<@Nullable Vector> vectors = new ArrayList<>();
    private int row;

    /** Shows a segment as rows of the given fields; those the batch lacks are null. */
    VectorRow(Types.StructType struct, Memtable.Segment segment) {
        this.fields = struct.fields();
        for (Types.NestedField field : fields) {
            vectors.add(segment.batch().column(field.fieldId()));
        }
    }

    private VectorRow(Types.StructType struct, StructVector vector, int row) {
        this.fields = struct.fields();
        this.row = row;
        for (Types.NestedField field : fields) {
            int at = vector.fieldIds().indexOf(field.fieldId());
            vectors.add(at < 0 ? null : vector.children().get(at));
        }
    }

    VectorRow at(int number) {
        row = number;
        return this;
    }

    @Override
    public int size() {
        return fields.size();
    }

    @Override
    public <T> @Nullable T get(int position, Class<T> type) {
        Vector vector = vectors.get(position);
        if (vector == null || vector.isNull(row)) {
            return null;
        }
        return type.cast(value(vector, fields.get(position).type()));
    }

    @Override
    public <T> void set(int position, T value) {
        throw new UnsupportedOperationException("rows of vectors are read only");
    }

    private Object value(Vector vector, Type type) {
        if (vector instanceof IntVector v) {
            if (type.typeId() == Type.TypeID.LONG) {
                return (long) v.value(row);
            }
            return v.value(row);
        }
        if (vector instanceof LongVector v) {
            return type instanceof Types.DecimalType decimal
                    ? BigDecimal.valueOf(v.value(row), decimal.scale())
                    : (Object) v.value(row);
        }
        if (vector instanceof BytesVector v) {
            return type.typeId() == Type.TypeID.STRING
                    ? v.text(row)
                    : ByteBuffer.wrap(Arrays.copyOfRange(v.data(), v.start(row), v.start(row) + v.length(row)));
        }
        if (vector instanceof FixedVector v) {
            return fixed(v, type);
        }
        if (vector instanceof BooleanVector v) {
            return v.value(row);
        }
        if (vector instanceof FloatVector v) {
            if (type.typeId() == Type.TypeID.DOUBLE) {
                return (double) v.value(row);
            }
            return v.value(row);
        }
        if (vector instanceof DoubleVector v) {
            return v.value(row);
        }
        if (vector instanceof StructVector v) {
            return new VectorRow(type.asStructType(), v, row);
        }
        throw new IllegalArgumentException("a " + type + " partitions nothing");
    }

    private Object fixed(FixedVector vector, Type type) {
        int start = row * vector.width();
        if (type instanceof Types.DecimalType decimal) {
            return new BigDecimal(new BigInteger(vector.data(), start, vector.width()), decimal.scale());
        }
        ByteBuffer bytes = ByteBuffer.wrap(vector.data(), start, vector.width());
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
