package dev.floe.gateway.convert;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.storage.arrow.ArrowArray;
import dev.floe.storage.arrow.ArrowType;
import dev.floe.storage.column.IntVector;
import dev.floe.storage.column.LongVector;
import dev.floe.storage.column.Vector;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.function.IntToLongFunction;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.iceberg.types.Types;

/** Dates, times and timestamps out of any of Arrow's units, where that is exact. */
final class ArrowTemporals {
    private static final long MILLIS_A_DAY = 86_400_000;
    private static final long NANOS_A_MICRO = 1_000;

    private ArrowTemporals() {}

    static Vector dates(ArrowArray array, Faults faults) {
        if (!(array.type() instanceof ArrowType.Dates from)) {
            throw ArrowVectors.wrongType(array, Types.DateType.get());
        }
        int[] days = new int[array.length()];
        if (!from.millis()) {
            array.values().asIntBuffer().get(days);
            return new IntVector(days, days.length, array.validity());
        }
        for (int slot = 0; slot < days.length; slot++) {
            if (!array.isNull(slot)) {
                long millis = array.values().getLong(slot * Long.BYTES);
                try {
                    days[slot] = Ranges.date(wholeDays(millis));
                } catch (BadValue e) {
                    faults.add(slot, e);
                }
            }
        }
        return new IntVector(days, days.length, array.validity());
    }

    private static long wholeDays(long millis) {
        if (millis % MILLIS_A_DAY != 0) {
            throw BadValue.outOfRange(
                    "a date of " + millis + " milliseconds is no whole day",
                    "send days, or make the column a timestamp");
        }
        return millis / MILLIS_A_DAY;
    }

    static Vector times(ArrowArray array, Faults faults) {
        if (!(array.type() instanceof ArrowType.Times from)) {
            throw ArrowVectors.wrongType(array, Types.TimeType.get());
        }
        return from.bits() == Integer.SIZE
                ? micros(array, from.unit(), slot -> array.values().getInt(slot * Integer.BYTES), faults)
                : micros(array, from.unit(), slot -> array.values().getLong(slot * Long.BYTES), faults);
    }

    static Vector timestamps(ArrowArray array, Types.TimestampType type, Faults faults) {
        if (!(array.type() instanceof ArrowType.Timestamps from)) {
            throw ArrowVectors.wrongType(array, type);
        }
        if (from.zone().isEmpty() == type.shouldAdjustToUTC()) {
            throw ArrowVectors.wrongType(array, type);
        }
        checkZone(array, from.zone());
        if (from.unit() == TimeUnit.MICROSECOND) {
            long[] values = new long[array.length()];
            array.values().asLongBuffer().get(values);
            return new LongVector(values, values.length, array.validity());
        }
        return micros(array, from.unit(), slot -> array.values().getLong(slot * Long.BYTES), faults);
    }

    /** The values are in UTC whatever the zone, but one that nobody knows means a defect of the sender. */
    private static void checkZone(ArrowArray array, String zone) {
        try {
            if (!zone.isEmpty()) {
                ZoneId.of(zone);
            }
        } catch (DateTimeException e) {
            throw new FloeException(ErrorCode.WRONG_TYPE, "no such time zone as " + BadValue.shown(zone), e)
                    .at(array.field().name())
                    .advise("send timestamps in UTC or in a zone of the tz database");
        }
    }

    private static Vector micros(ArrowArray array, short unit, IntToLongFunction values, Faults faults) {
        long[] micros = new long[array.length()];
        for (int slot = 0; slot < micros.length; slot++) {
            if (!array.isNull(slot)) {
                try {
                    micros[slot] = micros(values.applyAsLong(slot), unit);
                } catch (BadValue e) {
                    faults.add(slot, e);
                }
            }
        }
        return new LongVector(micros, micros.length, array.validity());
    }

    private static long micros(long value, short unit) {
        return switch (unit) {
            case TimeUnit.SECOND -> times(value, Ranges.MICROS_A_SECOND);
            case TimeUnit.MILLISECOND -> times(value, 1_000);
            case TimeUnit.MICROSECOND -> value;
            default -> {
                if (value % NANOS_A_MICRO != 0) {
                    throw BadValue.outOfRange(
                            value + " nanoseconds are finer than microseconds", "round them to whole microseconds");
                }
                yield value / NANOS_A_MICRO;
            }
        };
    }

    private static long times(long value, long factor) {
        if (Math.multiplyHigh(value, factor) != (value * factor) >> 63) {
            throw BadValue.outOfRange(value + " is out of range", "keep it within the years 0001 to 9999");
        }
        return value * factor;
    }
}
