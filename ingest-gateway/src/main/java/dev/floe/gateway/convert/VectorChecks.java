package dev.floe.gateway.convert;

import com.google.protobuf.UnsafeByteOperations;
import dev.floe.core.error.ErrorCode;
import dev.floe.storage.column.Ascii;
import dev.floe.storage.column.BytesVector;
import dev.floe.storage.column.ColumnBatch;
import dev.floe.storage.column.FixedVector;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.ListVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.MapVector;
import dev.floe.storage.column.RowOperation;
import dev.floe.storage.column.StructVector;
import dev.floe.storage.column.Vector;
import java.math.BigInteger;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The last check of every batch, whichever form it came in: what is required is there, what is there is in range.
 *
 * <p>Runs over whole columns; a row is blamed only where a column has found it. Rows that delete are held to their key
 * columns alone.
 */
final class VectorChecks {
    private final Target target;

    VectorChecks(Target target) {
        this.target = target;
    }

    void check(ColumnBatch batch, Faults rows) {
        byte[] operations = batch.operations();
        for (Types.NestedField column : target.schema().columns()) {
            boolean key = target.isKey(column.fieldId());
            Vector vector = batch.column(column.fieldId());
            if (vector == null) {
                if (column.isRequired() || key) {
                    absent(column, operations, key, rows);
                }
                continue;
            }
            Faults found = target.isDropped(column.fieldId()) ? present(vector) : check(vector, column.type());
            if (column.isRequired() || key) {
                addAbsent(vector, found);
            }
            found.bySlot().forEach((row, fault) -> {
                if (key || operations[row] != RowOperation.DELETE) {
                    rows.add(row, fault.within(column.name()));
                }
            });
        }
    }

    private static void absent(Types.NestedField column, byte[] operations, boolean key, Faults rows) {
        for (int row = 0; row < operations.length; row++) {
            if (key || operations[row] != RowOperation.DELETE) {
                rows.add(row, BadValue.missing().within(column.name()));
            }
        }
    }

    private static void addAbsent(Vector vector, Faults found) {
        if (vector.validity().isAll()) {
            return;
        }
        for (int slot = 0; slot < vector.size(); slot++) {
            if (vector.isNull(slot)) {
                found.add(slot, BadValue.missing());
            }
        }
    }

    /** Blames every value of a column that is gone. */
    private static Faults present(Vector vector) {
        Faults found = new Faults();
        for (int slot = 0; slot < vector.size(); slot++) {
            if (!vector.isNull(slot)) {
                found.add(slot, BadValue.dropped());
            }
        }
        return found;
    }

    /** Faults by slot of the vector. */
    private Faults check(Vector vector, Type type) {
        return switch (type.typeId()) {
            case DATE -> slots(vector, slot -> Ranges.date(((IntVector) vector).value(slot)));
            case TIME ->
                within((LongVector) vector, 0, Ranges.MICROS_A_DAY - 1)
                        ? new Faults()
                        : slots(vector, slot -> Ranges.time(((LongVector) vector).value(slot)));
            case TIMESTAMP ->
                within((LongVector) vector, Ranges.TIMESTAMP_MIN, Ranges.TIMESTAMP_MAX)
                        ? new Faults()
                        : slots(vector, slot -> Ranges.timestamp(((LongVector) vector).value(slot)));
            case DECIMAL -> decimals(vector, (Types.DecimalType) type);
            case STRING -> text((BytesVector) vector);
            case LIST -> list((ListVector) vector, type.asListType());
            case MAP -> map((MapVector) vector, type.asMapType());
            case STRUCT -> struct((StructVector) vector, type.asStructType());
            case BOOLEAN,
                    INTEGER,
                    LONG,
                    FLOAT,
                    DOUBLE,
                    BINARY,
                    UUID,
                    FIXED,
                    TIMESTAMP_NANO,
                    UNKNOWN,
                    VARIANT,
                    GEOMETRY,
                    GEOGRAPHY -> new Faults();
        };
    }

    /** Whether every slot is, those of absent values too; then nobody is to blame, and no row is looked at alone. */
    private static boolean within(LongVector vector, long min, long max) {
        long[] values = vector.values();
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (int slot = 0; slot < vector.size(); slot++) {
            least = Math.min(least, values[slot]);
            most = Math.max(most, values[slot]);
        }
        return vector.size() == 0 || (least >= min && most <= max);
    }

    private interface SlotCheck {
        /** Throws BadValue; the result does not matter. */
        Object check(int slot);
    }

    private static Faults slots(Vector vector, SlotCheck check) {
        Faults found = new Faults();
        for (int slot = 0; slot < vector.size(); slot++) {
            if (!vector.isNull(slot)) {
                try {
                    check.check(slot);
                } catch (BadValue e) {
                    found.add(slot, e);
                }
            }
        }
        return found;
    }

    private static Faults decimals(Vector vector, Types.DecimalType type) {
        BigInteger limit = BigInteger.TEN.pow(type.precision());
        if (vector instanceof LongVector longs) {
            long max = limit.longValueExact();
            return slots(vector, slot -> {
                long unscaled = longs.value(slot);
                return unscaled > -max && unscaled < max ? unscaled : tooLong(BigInteger.valueOf(unscaled), type);
            });
        }
        FixedVector fixed = (FixedVector) vector;
        return slots(vector, slot -> {
            BigInteger unscaled = new BigInteger(fixed.data(), slot * fixed.width(), fixed.width());
            return unscaled.abs().compareTo(limit) < 0 ? unscaled : tooLong(unscaled, type);
        });
    }

    private static Object tooLong(BigInteger unscaled, Types.DecimalType type) {
        throw BadValue.outOfRange(
                BadValue.shown(unscaled.toString()) + " unscaled has more than " + type.precision() + " digits",
                "keep it within " + type + ", or widen the column");
    }

    private static Faults text(BytesVector vector) {
        byte[] data = vector.data();
        if (Ascii.is(data, data.length)) {
            return new Faults();
        }
        return slots(vector, slot -> {
            int start = vector.start(slot);
            int length = vector.length(slot);
            if (!UnsafeByteOperations.unsafeWrap(data, start, length).isValidUtf8()) {
                throw new BadValue(
                        ErrorCode.INVALID_UTF8,
                        "the value's " + length + " bytes are not valid UTF-8",
                        "encode text as UTF-8, or make the column binary");
            }
            return length;
        });
    }

    private Faults list(ListVector vector, Types.ListType type) {
        Faults elements = check(vector.elements(), type.elementType());
        if (type.isElementRequired()) {
            addAbsent(vector.elements(), elements);
        }
        Faults found = new Faults();
        elements.blameRanges(vector.validity(), vector.offsets(), vector.size(), "", found);
        return found;
    }

    private Faults map(MapVector vector, Types.MapType type) {
        Faults keys = check(vector.keys(), type.keyType());
        addAbsent(vector.keys(), keys);
        Faults values = check(vector.values(), type.valueType());
        if (type.isValueRequired()) {
            addAbsent(vector.values(), values);
        }
        Faults found = new Faults();
        keys.blameRanges(vector.validity(), vector.offsets(), vector.size(), "key", found);
        values.blameRanges(vector.validity(), vector.offsets(), vector.size(), "value", found);
        return found;
    }

    private Faults struct(StructVector vector, Types.StructType type) {
        Faults found = new Faults();
        List<Integer> ids = vector.fieldIds();
        for (Types.NestedField field : type.fields()) {
            int index = ids.indexOf(field.fieldId());
            Faults parts = new Faults();
            if (index >= 0) {
                Vector child = vector.children().get(index);
                parts = target.isDropped(field.fieldId()) ? present(child) : check(child, field.type());
                if (field.isRequired()) {
                    addAbsent(child, parts);
                }
            } else if (field.isRequired()) {
                for (int slot = 0; slot < vector.size(); slot++) {
                    parts.add(slot, BadValue.missing());
                }
            }
            parts.bySlot().forEach((slot, fault) -> {
                if (!vector.isNull(slot)) {
                    found.add(slot, fault.within(field.name()));
                }
            });
        }
        return found;
    }
}
